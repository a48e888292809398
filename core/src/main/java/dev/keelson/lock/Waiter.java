/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.spi.SchedulePoints;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import javax.annotation.Nullable;

/**
 * One wait on a condition.
 *
 * <p>It begins WAITING and leaves that state once, by a CAS: to SIGNALLED (a signal was spent on
 * it), to EVICTED, or to GIVEN_UP (by its own thread: interrupt, timeout, or a lock that was lost).
 * So a signal and an interrupt that meet have one winner, and a signal is never spent on a thread
 * that leaves for another reason.
 */
final class Waiter implements ForkJoinPool.ManagedBlocker {

  private static final AtomicIntegerFieldUpdater<Waiter> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Waiter.class, "state");

  private static final int WAITING = 0;
  private static final int SIGNALLED = 1;
  private static final int EVICTED = 2;
  private static final int GIVEN_UP = 3;

  /**
   * Whether a pool that has stopped goes on trying to make up for a wait. Later ones refuse; and
   * there, to ask whether a pool stops is to help it stop, which runs other tasks' {@code cancel}.
   */
  private static final boolean POOLS_NEVER_REFUSE = Runtime.version().feature() < 22;

  final Thread thread;
  private final LockCondition condition;
  private volatile int state;

  /** Made now, as a signal must not fail for want of memory; see {@link Side#push}. */
  final Wait wait;

  /** How long {@link #block} may take; 0 for ever. Its own thread's. */
  private long nanos;

  /** Whether {@link #block} was there since; its own thread's. */
  private boolean parked;

  /** The next of those that were signalled and not woken yet; guarded by the push that set it. */
  @Nullable Waiter next;

  Waiter(Thread thread, LockCondition condition) {
    this.thread = thread;
    this.condition = condition;
    this.wait = new Wait(thread, 0, true);
  }

  boolean isWaiting() {
    return state == WAITING;
  }

  boolean isEvicted() {
    return state == EVICTED;
  }

  boolean signal() {
    return STATE.compareAndSet(this, WAITING, SIGNALLED);
  }

  boolean evict() {
    return STATE.compareAndSet(this, WAITING, EVICTED);
  }

  boolean giveUp() {
    return STATE.compareAndSet(this, WAITING, GIVEN_UP);
  }

  /** Parks once, at most that long (0: for ever); in a pool's worker the pool makes up for it. */
  void park(long atMost) {
    nanos = atMost;
    parked = false;
    if (thread instanceof ForkJoinWorkerThread) {
      try {
        ForkJoinPool.managedBlock(this);
      } catch (InterruptedException | RuntimeException | Error e) {
        // The pool may have no more threads, or be stopping; then it is one short. Who leaves here
        // would leave without the lock.
      }
    }
    if (!parked && !isWoken()) {
      try {
        block();
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait(); // JDK 21's virtual threads take some to park; the caller looks again
      }
    }
  }

  @Override
  public boolean block() {
    parked = true;
    if (nanos == 0) {
      SchedulePoints.park("lock.condition", condition);
    } else {
      SchedulePoints.parkNanos("lock.condition", condition, nanos);
    }
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Asked before each try to make up for the wait. A pool that stops is not to try: up to JDK 21
   * it goes on for ever, at a whole processor and past every deadline, once the worker is gone that
   * it would wake.
   */
  @Override
  public boolean isReleasable() {
    return isWoken()
        || (POOLS_NEVER_REFUSE && isStopping(((ForkJoinWorkerThread) thread).getPool()));
  }

  private boolean isWoken() {
    return !isWaiting() || thread.isInterrupted();
  }

  private static boolean isStopping(ForkJoinPool pool) {
    return pool.isTerminating() || pool.isTerminated();
  }
}
