/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import javax.annotation.Nullable;
import javax.annotation.concurrent.NotThreadSafe;

/** What a clock has to do later; used under its lock. */
@NotThreadSafe
final class Timers {

  private final PriorityQueue<Timer> queue =
      new PriorityQueue<>(
          Comparator.comparingLong((Timer timer) -> timer.instant)
              .thenComparingLong(timer -> timer.number));

  private long count;

  Future<?> add(VirtualClock clock, long instant, Runnable task) {
    Timer timer = new Timer(clock, instant, count++, task);
    queue.add(timer);
    return timer;
  }

  /** When the next one is due. */
  long next() {
    Timer first = queue.peek();
    return first == null ? Long.MAX_VALUE : first.instant;
  }

  @Nullable
  Runnable takeDue(long now) {
    return next() <= now ? queue.poll() : null;
  }

  private final class Timer extends FutureTask<Void> {
    final VirtualClock clock;
    final long instant;
    final long number;

    Timer(VirtualClock clock, long instant, long number, Runnable task) {
      super(task, null);
      this.clock = clock;
      this.instant = instant;
      this.number = number;
    }

    /** Forgotten when it is cancelled. */
    @Override
    protected void done() {
      if (isCancelled()) {
        clock.lock();
        try {
          queue.remove(this);
        } finally {
          clock.unlock();
        }
      }
    }
  }
}
