/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Places for a launcher's live children, given in the order in which they were asked for, to
 * threads that wait and to callbacks alike. Safe for use by multiple threads.
 */
final class Permits {

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private int free;

  @GuardedBy("lock")
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  Permits(int places) {
    free = places;
  }

  /**
   * Calls {@code granted} once there is a place: now, or later on the thread that gives one back.
   * It must be quick.
   */
  void whenFree(Runnable granted) {
    lock.lock();
    try {
      if (free == 0) {
        waiting.add(granted);
        return;
      }
      free--;
    } finally {
      lock.unlock();
    }
    granted.run();
  }

  /** Waits for a place; returns whether it was given one before {@code nanos} were over. */
  boolean acquire(long nanos) throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    Runnable granted = latch::countDown;
    whenFree(granted);
    boolean mine = false;
    try {
      mine = latch.await(nanos, TimeUnit.NANOSECONDS);
      return mine;
    } finally {
      if (!mine) {
        withdraw(granted);
      }
    }
  }

  /** A place that was granted just when the wait was given up goes to the next one. */
  private void withdraw(Runnable granted) {
    boolean stillWaiting;
    lock.lock();
    try {
      stillWaiting = waiting.remove(granted);
    } finally {
      lock.unlock();
    }
    if (!stillWaiting) {
      release();
    }
  }

  /** Gives a place back. */
  void release() {
    @Nullable Runnable next;
    lock.lock();
    try {
      next = waiting.poll();
      if (next == null) {
        free++;
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.run();
    }
  }
}
