/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Our end of a pipe that a fake process reads from. State is guarded by the clock's lock. */
final class FakeWriteEnd implements WriteEnd {

  private final FakePipe pipe;
  private final VirtualClock clock;
  private boolean closed;

  FakeWriteEnd(FakePipe pipe) {
    this.pipe = pipe;
    clock = pipe.clock();
    pipe.addWriter();
  }

  @Override
  public int offer(byte[] source, int offset, int length) throws IOException {
    clock.lock();
    try {
      if (closed) {
        throw new IOException("Stream closed");
      }
      int taken = pipe.offer(source, offset, length);
      if (taken < 0) {
        throw FakePipe.broken();
      }
      return taken;
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    for (int done = offer(source, offset, length);
        done < length;
        done += offer(source, offset + done, length - done)) {
      try {
        clock.await(() -> closed || pipe.isWritable(), Long.MAX_VALUE, clock.drives());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException failure =
            new InterruptedIOException("interrupted while writing to a child");
        failure.bytesTransferred = done;
        throw failure;
      }
    }
  }

  @Override
  public void writeUninterruptibly(byte[] source, int offset, int length) throws IOException {
    for (int done = offer(source, offset, length);
        done < length;
        done += offer(source, offset + done, length - done)) {
      Waits.uninterruptibly(clock, () -> closed || pipe.isWritable());
    }
  }

  @Override
  public void close() {
    clock.lock();
    try {
      if (!closed) {
        closed = true;
        pipe.removeWriter();
      }
    } finally {
      clock.unlock();
    }
  }
}
