/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Ends;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Our end of a pipe where the system gives us only the JDK's stream. A writer that waits cannot be
 * woken: it comes back when the child reads or is gone. {@link #close} does not wait for it; the
 * writer closes the stream on its way out.
 */
final class StreamWriteEnd implements WriteEnd {

  private final OutputStream stream;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean closed;

  StreamWriteEnd(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public int offer(byte[] source, int offset, int length) throws IOException {
    if (closed) {
      throw Ends.streamClosed();
    }
    return 0; // nobody can tell how much would fit
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    turn.lock();
    try {
      if (closed) {
        throw Ends.streamClosed();
      }
      stream.write(source, offset, length);
      stream.flush();
    } finally {
      turn.unlock();
      releaseIfClosed();
    }
  }

  @Override
  public void writeUninterruptibly(byte[] source, int offset, int length) throws IOException {
    write(source, offset, length);
  }

  @Override
  public void close() {
    closed = true;
    releaseIfClosed();
  }

  private void releaseIfClosed() {
    if (closed && turn.tryLock()) {
      try {
        Channels.closeQuietly(stream);
      } finally {
        turn.unlock();
      }
    }
  }
}
