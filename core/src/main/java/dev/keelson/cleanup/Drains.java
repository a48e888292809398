/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.annotation.concurrent.GuardedBy;

/** Who waits until the queue of the dead has been worked off. Safe for use by multiple threads. */
final class Drains {

  /*
   * The queue of the JDK hands out the latest first, and does not say that it is empty. A drain enqueues a marker. The Runner that
   * meets it keeps it, and when it then finds the queue empty, everything that was in it with the marker has run, or is in an
   * action that still runs, which who waits looks at himself.
   *
   *   Marker: enqueued (drain) -> met (Runner) -> passed (Runner, queue empty; or the drain, which gave up)
   *
   * The lock is a leaf: nothing else is taken inside.
   */

  /** A Runner needs a moment to look: so long waits who would not wait at all. */
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ReferenceQueue<Object> queue;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final List<Marker> met = new ArrayList<>();

  /** How many wait. */
  private final AtomicInteger waiting = new AtomicInteger();

  /** Put into the queue by who waits. */
  static final class Marker extends PhantomReference<Object> {
    /** Guarded by the lock of its Drains. */
    private boolean passed;

    private Marker(ReferenceQueue<Object> queue) {
      super(queue, queue);
    }
  }

  Drains(ReferenceQueue<Object> queue) {
    this.queue = queue;
  }

  /** To be called before {@link #await}: from now on the Runner stays. */
  void begin() {
    waiting.incrementAndGet();
  }

  void end() {
    waiting.decrementAndGet();
  }

  boolean isAnybodyWaiting() {
    return waiting.get() > 0;
  }

  /**
   * Waits until everything that is in the queue now was taken out, and {@code done} holds as well.
   *
   * @return false if that took longer
   */
  boolean await(BooleanSupplier done, long nanos) throws InterruptedException {
    Marker marker = new Marker(queue);
    long left = nanos == 0 ? MOMENT_NANOS : nanos;
    lock.lockInterruptibly();
    try {
      marker.enqueue();
      while (!marker.passed || !done.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
      forget(marker);
    }
  }

  /** Nobody waits for it any more: no Runner is to keep it. */
  private void forget(Marker marker) {
    lock.lock();
    try {
      marker.passed = true;
      met.remove(marker);
    } finally {
      lock.unlock();
    }
  }

  /** A Runner has taken a marker out. */
  void met(Marker marker) {
    lock.lock();
    try {
      if (!marker.passed) {
        met.add(marker);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A Runner has found the queue empty. */
  void foundEmpty() {
    if (isAnybodyWaiting()) {
      lock.lock();
      try {
        met.forEach(marker -> marker.passed = true);
        met.clear();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** An action is over. */
  void actionIsOver() {
    if (isAnybodyWaiting()) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
