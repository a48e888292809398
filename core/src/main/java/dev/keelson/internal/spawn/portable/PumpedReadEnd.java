/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.Ends;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Our end of a pipe where the system gives us only the JDK's stream: a thread of its own is parked
 * in that stream and fills a buffer, so that at least our reader can be woken and told that the end
 * has come. The thread itself cannot be: it stays until the stream ends, which a grandchild may put
 * off.
 */
final class PumpedReadEnd implements ReadEnd {

  private static final int CAPACITY = 64 * 1024;

  /*
   * After finish(): what the process wrote before its exit may still be on its way through the
   * pump, and nobody can ask a stream in which the pump is parked how much that is. So the pump
   * goes on, without waiting for room, until it meets the end of file, which is what happens at
   * once if nobody else holds the pipe, or until nothing has come for a while.
   */
  private static final long QUIET_MILLIS = 300;

  /** How often the pump is given that time: somebody else may go on writing for ever. */
  private static final int MOST_LOOKS = 10;

  private final InputStream stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private ByteBuffer buffer = ByteBuffer.allocate(CAPACITY).limit(0);

  /** How many bytes the pump has ever brought. */
  @GuardedBy("lock")
  private long brought;

  /** The pump is in the stream's read, or about to enter it. Written by the pump alone. */
  private volatile boolean parked;

  @GuardedBy("lock")
  private boolean finishing;

  @GuardedBy("lock")
  private @Nullable ChunkSink sink;

  @GuardedBy("lock")
  private boolean sinkEnded;

  @GuardedBy("lock")
  private @Nullable IOException failure;

  /** No more bytes will be put into the buffer. */
  @GuardedBy("lock")
  private boolean ended;

  @GuardedBy("lock")
  private boolean closed;

  private volatile boolean endOfFile;

  PumpedReadEnd(InputStream stream) {
    this.stream = stream;
    Daemons.workers().execute(this::pump);
  }

  private void pump() {
    IOException trouble = null;
    parked = true;
    try (stream) {
      byte[] chunk = new byte[8192];
      for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
        if (!put(chunk, count)) {
          return;
        }
      }
      endOfFile = true;
    } catch (IOException e) {
      trouble = e;
    } catch (RuntimeException | Error e) {
      trouble = noRoom(e);
    } finally {
      end(trouble);
    }
  }

  private static IOException noRoom(Throwable e) {
    while (true) {
      try {
        return new IOException("no room for the output of a process", e);
      } catch (OutOfMemoryError again) {
        Daemons.awaitMemory(); // or it would end as if nothing had failed
      }
    }
  }

  /** Waits for room; returns whether the reader still wants bytes. */
  private boolean put(byte[] chunk, int count) {
    lock.lock();
    try {
      parked = false;
      while (!ended && !finishing && sink == null && room() < count) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return false;
      }
      brought += count;
      if (sink != null) {
        sink.chunk(ByteBuffer.wrap(chunk, 0, count));
        return true;
      }
      if (room() < count) {
        buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer).flip();
      }
      buffer.compact().put(chunk, 0, count).flip();
      changed.signalAll();
      return true;
    } finally {
      parked = true;
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private int room() {
    return buffer.capacity() - buffer.remaining();
  }

  private void end(@Nullable IOException trouble) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        failure = trouble;
      }
      changed.signalAll();
      endSink();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void endSink() {
    if (sink != null && ended && !sinkEnded) {
      sinkEnded = true;
      sink.end(endOfFile, failure);
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return read(target, offset, length, true);
  }

  @Override
  public int readUninterruptibly(byte[] target, int offset, int length) throws IOException {
    return read(target, offset, length, false);
  }

  private int read(byte[] target, int offset, int length, boolean interruptible)
      throws IOException {
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      while (!closed && !buffer.hasRemaining() && !ended) {
        if (!interruptible) {
          changed.awaitUninterruptibly();
          continue;
        }
        try {
          changed.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException(Ends.INTERRUPTED_READING);
        }
      }
      if (closed) {
        throw Ends.streamClosed();
      }
      if (!buffer.hasRemaining()) {
        if (failure != null) {
          throw failure;
        }
        return -1;
      }
      int count = Math.min(length, buffer.remaining());
      buffer.get(target, offset, count);
      changed.signalAll();
      return count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int available() throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw Ends.streamClosed();
      }
      return buffer.remaining();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void drainTo(ChunkSink target) {
    lock.lock();
    try {
      sink = target;
      if (buffer.hasRemaining()) {
        target.chunk(buffer);
      }
      changed.signalAll();
      endSink();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void finish() {
    lock.lock();
    try {
      if (!ended && !finishing) {
        lookLater(brought, 1); // first: if nobody would look, it can be asked again
        finishing = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void lookLater(long before, int looks) {
    Daemons.timer().schedule(() -> look(before, looks), QUIET_MILLIS, TimeUnit.MILLISECONDS);
  }

  @GuardedBy("lock")
  private void lookAgain(int looks) {
    try {
      lookLater(brought, looks);
    } catch (OutOfMemoryError e) {
      end(null); // nobody would ever look
    }
  }

  private void look(long before, int looks) {
    lock.lock();
    try {
      if ((parked && brought == before) || looks == MOST_LOOKS) {
        end(null);
      } else if (!ended) {
        lookAgain(looks + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      end(null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean sawEndOfFile() {
    return endOfFile;
  }
}
