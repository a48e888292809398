/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.wake.InterruptibleStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** A child's input, for the user to write; nothing is buffered. */
final class PipeOutputStream extends OutputStream implements InterruptibleStream {

  private final WriteEnd end;

  /** Who writes a child's input has not forgotten the child. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final Object child;

  PipeOutputStream(WriteEnd end, Object child) {
    this.end = end;
    this.child = child;
  }

  @Override
  public void write(int b) throws IOException {
    end.write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    end.write(source, offset, length);
  }

  @Override
  public void close() {
    end.close();
  }
}
