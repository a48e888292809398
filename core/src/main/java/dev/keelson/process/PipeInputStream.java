/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.wake.InterruptibleStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import javax.annotation.Nullable;

/** A child's output, for the user to read. */
final class PipeInputStream extends InputStream implements InterruptibleStream {

  private final ReadEnd end;

  /** Who reads a child's output has not forgotten the child. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final Object child;

  private PipeInputStream(ReadEnd end, Object child) {
    this.end = end;
    this.child = child;
  }

  /** Null where there is no end of the user's. */
  static @Nullable PipeInputStream over(@Nullable ReadEnd end, Object child) {
    return end == null ? null : new PipeInputStream(end, child);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return end.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    return end.read(target, offset, length);
  }

  @Override
  public int available() throws IOException {
    return end.available();
  }

  @Override
  public void close() {
    end.close();
  }
}
