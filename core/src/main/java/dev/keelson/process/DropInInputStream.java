/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ReadEnd;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A child's output as a stream, below its buffer. The buffer is a plain {@link
 * BufferedInputStream}, as the JDK's is: its close does not wait for a reader, and with that exact
 * class no monitor is held while a virtual thread waits in it (JDK 21 and newer).
 */
final class DropInInputStream extends InputStream {

  private final ReadEnd end;

  private DropInInputStream(ReadEnd end) {
    this.end = end;
  }

  /** The stream for the callers of a process. */
  static InputStream over(ReadEnd end) {
    return new BufferedInputStream(new DropInInputStream(end));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = end.readUninterruptibly(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    return end.readUninterruptibly(target, offset, length);
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
