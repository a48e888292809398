/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
    pipe.retained();
    lock.lock();
    try {
      if (idle.size() < MOST_IDLE) {
        idle.addFirst(new Idle(pipe, System.nanoTime()));
        if (!closing) {
          closing = true;
          Daemons.timer().schedule(this::closeIdle, IDLE_SECONDS, TimeUnit.SECONDS);
        }
        return;
      }
    } finally {
      lock.unlock();
    }
    pipe.close();
  }

  private void closeIdle() {
    List<OwnPipe> stale = new ArrayList<>();
    lock.lock();
    try {
      long now = System.nanoTime();
      while (!idle.isEmpty()
          && now - idle.getLast().since >= TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
        stale.add(idle.removeLast().pipe);
      }
      closing = !idle.isEmpty();
      if (closing) {
        Daemons.timer().schedule(this::closeIdle, IDLE_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      lock.unlock();
    }
    stale.forEach(OwnPipe::close);
  }
}
