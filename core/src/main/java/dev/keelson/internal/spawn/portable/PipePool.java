/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Pipes between two uses. A pipe comes back only after its end of file was seen: then nobody writes
 * to it, nothing is in it, and opening its path makes it new. Making a pipe and learning its number
 * costs a tenth of a launch; taking one from here costs nothing.
 *
 * <p>Safe for use by multiple threads. Keeps at most {@value #MOST_IDLE} pipes, none for longer
 * than {@value #IDLE_SECONDS} seconds without use.
 */
final class PipePool {

  static final int MOST_IDLE = 8;
  static final int IDLE_SECONDS = 5;

  private final ReentrantLock lock = new ReentrantLock();

  /** The last one given back first. */
  @GuardedBy("lock")
  private final Deque<Idle> idle = new ArrayDeque<>();

  /** Whether {@link #closeIdle} is scheduled. */
  @GuardedBy("lock")
  private boolean closing;

  private record Idle(OwnPipe pipe, long since) {}

  OwnPipe take() throws IOException {
    OwnPipe pipe = poll();
    if (pipe == null) {
      return OwnPipe.open();
    }
    pipe.reused();
    return pipe;
  }

  private @Nullable OwnPipe poll() {
    lock.lock();
    try {
      Idle first = idle.pollFirst();
      return first == null ? null : first.pipe;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back a pipe of which the end of file was seen. */
  void giveBack(OwnPipe pipe) {
    boolean kept = false;
    try {
      pipe.retained();
      kept = keep(pipe);
    } catch (OutOfMemoryError e) {
      // It is not kept.
    }
    if (!kept) {
      pipe.close();
    }
  }

  private boolean keep(OwnPipe pipe) {
    lock.lock();
    try {
      if (idle.size() == MOST_IDLE) {
        return false;
      }
      closeLater(); // first: if nobody would close it, it is not kept
      idle.addFirst(new Idle(pipe, System.nanoTime()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void closeLater() {
    if (!closing) {
      Daemons.timer().schedule(this::closeIdle, IDLE_SECONDS, TimeUnit.SECONDS);
      closing = true;
    }
  }

  private void closeIdle() {
    for (OwnPipe stale = pollStale(); stale != null; stale = pollStale()) {
      stale.close();
    }
    while (true) {
      try {
        goOnIfNeeded();
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory();
      }
    }
  }

  private void goOnIfNeeded() {
    lock.lock();
    try {
      closing = false;
      if (!idle.isEmpty()) {
        closeLater();
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable OwnPipe pollStale() {
    lock.lock();
    try {
      Idle oldest = idle.peekLast();
      if (oldest == null
          || System.nanoTime() - oldest.since < TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
        return null;
      }
      return idle.removeLast().pipe;
    } finally {
      lock.unlock();
    }
  }
}
