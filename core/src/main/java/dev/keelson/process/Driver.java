/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;

/**
 * Looks at the clock and at the process of one execution, so that what is due is done and the exit
 * is seen. Safe for use by multiple threads.
 */
final class Driver {

  /*
   * Who looks
   * ---------
   *   run()    the thread in it, and nobody else (`drive`): no timer and no other thread takes part in a launch that ends in time.
   *   start()  the shared timer when something is due, and the engine when it sees the exit (`watch`); what blocks is given to a
   *            worker. Threads that wait for a started child (`awaitExit`, `awaitDone`) look as well: whoever is woken by the
   *            process itself need not wait for anybody else to notice. Once no timer could be had they look at the clock, too
   *            (`loseClock`).
   *
   * They may all look at once, and look late: the lifecycle lets the first one through that has seen the exit, and hands out once
   * what is due. The timer has one call to come, and whoever makes something due earlier or later sets it (`dueChanged`).
   */

  private final Execution execution;
  private final Time time;
  private final Spawned process;
  private final Lifecycle life;
  private final Ticker ticker;

  Driver(Execution execution, Time time, Lifecycle life) {
    this.execution = execution;
    this.time = time;
    this.life = life;
    process = execution.process();
    ticker = new Ticker(time, this::tick);
  }

  // The thread in run()

  /**
   * Drives the execution to its end on the calling thread.
   *
   * @throws InterruptedException when all is over, if the thread was interrupted before: the first
   *     interrupt ends the tree, a second one skips the grace
   */
  void drive() throws InterruptedException {
    boolean interrupted = false;
    boolean ending = false;
    for (boolean done = false; !done; ) {
      try {
        if (interrupted && !ending) {
          execution.endHere(Cause.INTERRUPTED, execution.command().settings().graceNanos);
          ending = true;
        }
        execution.perform(life.advance(), false); // this thread has interrupts to hear of
        done = pause();
      } catch (InterruptedException e) {
        if (interrupted) {
          life.hurry();
        }
        interrupted = true;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // this thread alone sees to the process
      }
    }
    if (interrupted) {
      throw new InterruptedException("interrupted while waiting for " + execution.command());
    }
  }

  /** Waits until something may have changed, or is due; returns whether everything is over. */
  private boolean pause() throws InterruptedException {
    if (life.needsNoExit()) {
      return life.awaitDoneOrDue();
    }
    long nanos = Math.min(life.untilDue(), time.slice());
    if (nanos > 0 && process.awaitExit(nanos)) {
      execution.observeExit();
    }
    return false;
  }

  // The timer and the engine

  /** Lets the shared timer drive the execution. */
  void watch() {
    ticker.start();
    try {
      process.onExit(this::tick);
      execution.whenDone(this::stopIfNeedless);
      setTicker();
    } catch (RuntimeException | Error e) {
      ticker.stop(); // what ends the process then does without
      throw e;
    }
  }

  /** What is due next may have changed. Where no timer can be had the log says so, nobody else. */
  void dueChanged() {
    try {
      setTicker();
    } catch (OutOfMemoryError e) {
      Daemons.complain(Driver.class, "no thread can be had that looks at the clock", e);
    }
  }

  private void setTicker() {
    for (int tries = 0; ; tries++) {
      try {
        tryToSetTicker();
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(tries, e);
      }
    }
  }

  private void tryToSetTicker() {
    try {
      ticker.set(life);
    } catch (OutOfMemoryError e) {
      life.loseClock();
      throw e;
    }
  }

  private void tick() {
    for (int tries = 0; ; tries++) {
      try {
        advance();
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(tries, e); // nobody else looks at the clock
      }
    }
  }

  private void advance() {
    execution.observeExit();
    execution.perform(life.advance(), false);
    if (!stopIfNeedless()) {
      tryToSetTicker();
    }
  }

  /** A call that is still to come would keep the execution, and what was captured. */
  private boolean stopIfNeedless() {
    boolean needless = life.needsNoClock(execution.streams().outputsAreUsers());
    if (needless) {
      ticker.stop();
    }
    return needless;
  }

  // Threads that wait for a started child

  /** Waits for the process to end; returns whether it has. */
  boolean awaitExit(long nanos) throws InterruptedException {
    long end = Durations.after(time.nanoTime(), nanos);
    while (life.exit() == null) {
      long left = end - time.nanoTime();
      if (process.awaitExit(Math.min(left, time.slice()))) {
        look();
      } else if (left <= 0) {
        return false;
      }
    }
    return true;
  }

  /** Waits until everything is over, which may be before the exit of a process that is held. */
  void awaitDone() throws InterruptedException {
    while (!life.needsNoExit()) {
      long nanos = Math.min(life.untilDue(), time.slice());
      if (nanos <= 0 || process.awaitExit(nanos)) {
        look();
      }
    }
    while (!life.awaitDone() && !life.awaitDoneOrDue()) { // the timer looks, unless there is none
      look();
    }
  }

  /** Without memory whoever waits looks again in a moment; who leaves then may leave a timer. */
  private void look() throws InterruptedException {
    try {
      advance();
    } catch (OutOfMemoryError e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while there was no memory");
      }
      Daemons.awaitMemory();
      dueChanged();
    }
  }
}
