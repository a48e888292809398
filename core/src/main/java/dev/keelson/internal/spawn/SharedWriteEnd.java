/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Our end of a pipe that several threads may write to. The engine says how such a pipe is written,
 * waited for and let go, as for a {@link SharedReadEnd}.
 *
 * @param <P> what the engine has of a pipe; never blocks
 */
public abstract class SharedWriteEnd<P> implements WriteEnd {

  /*
   * The pipe belongs to the thread that holds `turn`. A writer that finds it full waits in await(), where it makes itself known
   * before it looks at `closed`, and close() sets `closed` before it wakes, so that the wake-up cannot be missed. The pipe is let
   * go by whoever holds `turn` last: close() itself if no writer is there, else the writer on its way out. To close it under a
   * writer could hand its descriptor's number to somebody else.
   */

  private static final String INTERRUPTED = "interrupted while a process did not read its input";

  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean closed;

  /** The pipe until it is let go. */
  @GuardedBy("turn")
  private @Nullable P live;

  /** Takes the pipe over. */
  protected SharedWriteEnd(P pipe) {
    live = pipe;
  }

  /** Writes what fits: how many bytes, zero if the pipe is full. */
  protected abstract int writeSome(P pipe, byte[] source, int offset, int length)
      throws IOException;

  /**
   * Waits until there may be room, {@link #wake} is called, or the thread is interrupted; not once
   * it {@link #isClosed}.
   */
  protected abstract void await(P pipe) throws IOException;

  /** Ends an {@link #await}. Called by any thread. */
  protected abstract void wake();

  /** Closes it. */
  protected abstract void letGo(P pipe);

  /** Whether nothing more will be written. */
  protected final boolean isClosed() {
    return closed;
  }

  @Override
  public final int offer(byte[] source, int offset, int length) throws IOException {
    turn.lock();
    try {
      int taken = 0;
      while (taken < length) {
        int count = writeSome(open(), source, offset + taken, length - taken);
        if (count == 0) {
          break;
        }
        taken += count;
      }
      return taken;
    } finally {
      turn.unlock();
      letGoIfClosed();
    }
  }

  @Override
  public final void write(byte[] source, int offset, int length) throws IOException {
    write(source, offset, length, true);
  }

  @Override
  public final void writeUninterruptibly(byte[] source, int offset, int length) throws IOException {
    write(source, offset, length, false);
  }

  private void write(byte[] source, int offset, int length, boolean interruptible)
      throws IOException {
    boolean interrupted = false;
    Ends.takeTurn(turn, interruptible, INTERRUPTED);
    try {
      for (int taken = 0; taken < length; ) {
        SchedulePoints.reach("writeEnd.write");
        P pipe = open();
        int count = writeSome(pipe, source, offset + taken, length - taken);
        taken += count;
        if (count == 0) {
          if (Thread.interrupted()) {
            interrupted = true;
            if (interruptible) {
              throw interrupted(taken);
            }
          }
          await(pipe);
        }
      }
    } finally {
      turn.unlock();
      letGoIfClosed();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static InterruptedIOException interrupted(int transferred) {
    InterruptedIOException e = new InterruptedIOException(INTERRUPTED);
    e.bytesTransferred = transferred;
    return e;
  }

  @GuardedBy("turn")
  private P open() throws IOException {
    P pipe = live;
    if (closed || pipe == null) {
      throw Ends.streamClosed();
    }
    return pipe;
  }

  @Override
  public final void close() {
    closed = true;
    SchedulePoints.reach("writeEnd.closed");
    wake();
    letGoIfClosed();
  }

  private void letGoIfClosed() {
    // If the lock is taken, its holder comes here after it has let go, and `closed` was set before
    // we tried.
    if (closed && turn.tryLock()) {
      try {
        P pipe = live;
        live = null;
        if (pipe != null) {
          letGo(pipe);
        }
      } finally {
        turn.unlock();
      }
    }
  }
}
