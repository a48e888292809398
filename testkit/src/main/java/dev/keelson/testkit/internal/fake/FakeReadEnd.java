/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ReadEnd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import javax.annotation.Nullable;

/** Our end of a pipe that a fake process writes to. State is guarded by the clock's lock. */
final class FakeReadEnd implements ReadEnd {

  private final FakePipe pipe;
  private final VirtualClock clock;
  private boolean closed;
  private boolean finished;
  private boolean sawEnd;
  private @Nullable ChunkSink sink;

  /** Whether a task carries to the sink at this moment. */
  private boolean draining;

  FakeReadEnd(FakePipe pipe) {
    this.pipe = pipe;
    clock = pipe.clock();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      clock.await(() -> length == 0 || closed || pipe.isReadable(), Long.MAX_VALUE, clock.drives());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading from a child");
    }
    return taken(target, offset, length);
  }

  @Override
  public int readUninterruptibly(byte[] target, int offset, int length) throws IOException {
    Waits.uninterruptibly(clock, () -> length == 0 || closed || pipe.isReadable());
    return taken(target, offset, length);
  }

  private int taken(byte[] target, int offset, int length) throws IOException {
    clock.lock();
    try {
      if (closed) {
        throw new IOException("Stream closed");
      }
      int taken = pipe.take(target, offset, length);
      if (taken > 0 || length == 0) {
        return taken;
      }
      sawEnd |= pipe.isEndOfFile();
      return -1;
    } finally {
      clock.unlock();
    }
  }

  @Override
  public int available() throws IOException {
    clock.lock();
    try {
      if (closed) {
        throw new IOException("Stream closed");
      }
      return pipe.available();
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void drainTo(ChunkSink to) {
    clock.lock();
    try {
      sink = to;
      pipe.onChange(this::look);
    } finally {
      clock.unlock();
    }
  }

  /** Carries what there is to the sink, on a task of its own. */
  private void look() {
    if (sink != null && !draining && (closed || pipe.isReadable())) {
      draining = true;
      clock.execute(this::drain);
    }
  }

  private void drain() {
    ChunkSink to = sink;
    byte[] buffer = new byte[8 * 1024];
    while (to != null) {
      int taken;
      boolean over = false;
      clock.lock();
      try {
        taken = closed ? 0 : pipe.take(buffer, 0, buffer.length);
        if (taken == 0) {
          over = closed || pipe.isAtEnd();
          sawEnd |= !closed && pipe.isEndOfFile();
          draining = over;
          sink = over ? null : sink;
        }
      } finally {
        clock.unlock();
      }
      if (taken > 0) {
        to.chunk(ByteBuffer.wrap(buffer, 0, taken));
      } else {
        if (over) {
          to.end(sawEnd, null);
          close();
        }
        return;
      }
    }
  }

  @Override
  public void finish() {
    clock.lock();
    try {
      if (!finished) {
        finished = true;
        pipe.cut();
      }
    } finally {
      clock.unlock();
    }
  }

  @Override
  public boolean sawEndOfFile() {
    clock.lock();
    try {
      return sawEnd;
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void close() {
    clock.lock();
    try {
      if (!closed) {
        closed = true;
        pipe.removeReader();
      }
    } finally {
      clock.unlock();
    }
  }
}
