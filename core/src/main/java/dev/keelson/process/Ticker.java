/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * The shared timer's hold on one execution: at most one call to come, at the next instant at which
 * something is due. Does nothing until {@link #start} and after {@link #stop}. Safe for use by
 * multiple threads.
 */
final class Ticker {

  private final Time time;
  private final Runnable tick;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean running;

  @GuardedBy("lock")
  private @Nullable Future<?> next;

  Ticker(Time time, Runnable tick) {
    this.time = time;
    this.tick = tick;
  }

  void start() {
    lock.lock();
    try {
      running = true;
    } finally {
      lock.unlock();
    }
  }

  /** Moves the call to the instant at which {@code life} has something to do. */
  void set(Lifecycle life) {
    lock.lock();
    try {
      @Nullable Future<?> call = null;
      long wait = life.untilDue();
      if (running && wait < Durations.NEVER / 2) {
        call = time.schedule(tick, Math.max(wait, 0)); // or the call that there is stays
      }
      cancel();
      next = call;
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      running = false;
      cancel();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void cancel() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }
}
