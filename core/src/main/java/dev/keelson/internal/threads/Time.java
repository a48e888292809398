/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The time that a launcher and its children live in: the clock, the waits that it ends, and the
 * tasks that it has to know of. The system's, unless an engine brings its own ({@code
 * SpawnEngine.time}) so that a test need not wait. Safe for use by multiple threads.
 */
public interface Time {

  /** Passes by itself. */
  Time SYSTEM = new SystemTime();

  /** Like {@link System#nanoTime}. */
  long nanoTime();

  /** Runs a task that may block; see {@link Daemons#workers}. */
  void execute(Runnable task);

  /** Runs a task that may take a while and cannot be left undone; see {@link Daemons#insist}. */
  void insist(Runnable task);

  /** Runs a short task when {@code nanos} have passed; see {@link Daemons#timer}. */
  Future<?> schedule(Runnable task, long nanos);

  /** A condition of {@code lock} whose timed waits are in this time. */
  Condition newCondition(ReentrantLock lock);

  /** A gate, closed, whose timed waits are in this time. */
  Gate newGate();

  /**
   * How long a wait may last at the most before the waiter looks for itself whether something has
   * happened that does not wake it.
   */
  long slice();

  /**
   * Says that time has to pass because somebody waits who cannot be seen to, for a future perhaps.
   *
   * @return to be run, once, when that is over
   */
  Runnable awaited();

  /** Opened once, for ever. */
  interface Gate {
    /** Lets everybody through from now on. Idempotent. */
    void open();

    /** Whether it was opened. */
    boolean isOpen();

    /** Waits until it is open, or {@code nanos} have passed; returns whether it is open. */
    boolean await(long nanos) throws InterruptedException;
  }
}
