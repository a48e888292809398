/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.threads.Time;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * The {@link Course} of one execution for all the threads that have to do with it: those that see
 * something happen, and those that wait. Safe for use by multiple threads; nothing in here blocks,
 * except the methods that are there to wait.
 */
final class Lifecycle {

  /*
   * Every transition is made under `lock` by whoever sees its reason first. What follows from it and may block or call back is
   * done without the lock: by the caller, as a Step, or here, as the Actions that wait.
   *
   * Races
   * -----
   * - The exit is seen by a waiter, by the engine's callback and by the teardown: `exited` lets the first one through. The others
   *   may get as far as `settle` while that one still tells of it: only `announced` lets the end come.
   * - The exit of a process that is being given up: seen before `settle` finds the end it is the outcome's, and the end waits until
   *   it is announced; seen later it is not.
   * - The last output ends before or after the exit is seen: both call `settle`, which finds the end under the lock, once.
   * - Two reasons to end the tree: `end` hands out one ending, and the others wait for it.
   * - A deadline and a natural end: one of them is first under the lock. An exit that nobody had observed when the deadline passed
   *   is a timeout, because nobody had an answer in time.
   */

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed;

  /**
   * The course's own, and used under {@code lock} only, apart from {@link #progressed} and {@link
   * #handingOn}.
   */
  private final Agenda agenda;

  @GuardedBy("lock")
  private final Course course;

  @GuardedBy("lock")
  private boolean clockLost;

  private final Actions atExit = new Actions();
  private final Actions atEnd = new Actions();

  Lifecycle(Time time, CommandSettings settings, long began, long deadline, int carriedOutputs) {
    this.time = time;
    changed = time.newCondition(lock);
    agenda = new Agenda(time, settings, began, deadline);
    course = new Course(time, agenda, settings.graceNanos, carriedOutputs);
  }

  // What happens to it

  void progressed() {
    agenda.progressed();
  }

  void handingOn(int more) {
    agenda.handingOn(more);
  }

  /**
   * The process was reaped; returns whether that is news. Then the caller tells whom it concerns,
   * and calls {@link #announced}: the end waits for that.
   */
  boolean exited(ExitReport report) {
    lock.lock();
    try {
      if (!course.exited(report)) {
        return false;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    atExit.runAll();
    return true;
  }

  /** The exit is known to all whom it concerns. */
  void announced() {
    lock.lock();
    try {
      course.announced();
    } finally {
      lock.unlock();
    }
    settle();
  }

  /** A carried output is over. Then {@link #settle} is to be called. */
  Step outputEnded(boolean complete, @Nullable Throwable thrown) {
    lock.lock();
    try {
      Step step = course.outputEnded(complete, thrown);
      changed.signalAll();
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** What is still carried is no longer waited for. */
  void giveUpOutputs() {
    lock.lock();
    try {
      course.giveUpOutputs();
    } finally {
      lock.unlock();
    }
    settle();
  }

  /**
   * Ends the tree for that cause, or, if the process is gone, the waiting for its outputs; or joins
   * the ending that runs.
   *
   * @param impatient whether an interrupt of the thread that carries the step out cuts the grace
   *     short
   */
  Step end(Cause why, @Nullable Throwable thrown, long grace, boolean impatient) {
    lock.lock();
    try {
      Step step = course.end(why, thrown, grace, impatient);
      changed.signalAll();
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the grace of the ending that runs. */
  void hurry() {
    lock.lock();
    try {
      course.hurry();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The tree was ended, as far as that went; a process that has not ended by now is given up. The
   * step is to be carried out, and then {@link #settle} called.
   */
  Step tornDown(Teardown result) {
    lock.lock();
    try {
      Step step = course.tornDown(result);
      changed.signalAll();
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the transition that is due, if one is. */
  Step advance() {
    long now = time.nanoTime();
    lock.lock();
    try {
      Step step = course.advance(now);
      changed.signalAll();
      return step;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes the end of everything if this is it, and runs what waits for it: first the actions, then
   * those who wait in {@link #awaitDone}, so that whoever gets an answer finds its place given
   * back.
   */
  void settle() {
    lock.lock();
    try {
      changed.signalAll();
      if (!course.settle()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    atEnd.runAll();
    lock.lock();
    try {
      course.done();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // Who waits for it

  /** Runs a quick action when the process has ended, or now if it has. */
  void whenExited(Runnable action) {
    atExit.add(action);
  }

  /** Runs a quick action when everything is over, or now if it is. */
  void whenDone(Runnable action) {
    atEnd.add(action);
  }

  /**
   * Waits until everything is over, or at most until something is due; returns whether everything
   * is over.
   */
  boolean awaitDoneOrDue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (long nanos = course.untilDue();
          course.phase() != Phase.DONE && nanos > 0;
          nanos = course.untilDue()) {
        changed.awaitNanos(nanos);
      }
      return course.phase() == Phase.DONE;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything is over; returns whether it is, which it is not where no timer could be
   * had once: then whoever waits has to look at the clock.
   */
  boolean awaitDone() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (course.phase() != Phase.DONE && !clockLost) {
        changed.await();
      }
      return course.phase() == Phase.DONE;
    } finally {
      lock.unlock();
    }
  }

  /** No timer could be had: wakes those who rely on it. */
  void loseClock() {
    lock.lock();
    try {
      clockLost = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until no ending of the tree runs. An interrupt ends its grace, and is kept.
   *
   * @return what the ending did, or null if there was none
   */
  @Nullable
  Teardown awaitTornDown() {
    boolean interrupted = false;
    lock.lock();
    try {
      while (course.phase() == Phase.ENDING) {
        try {
          changed.await();
        } catch (InterruptedException e) {
          interrupted = true;
          course.hurry();
        }
      }
      return course.teardown();
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // What is known of it

  @Nullable
  ExitReport exit() {
    lock.lock();
    try {
      return course.exit();
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody need look for the exit: it was seen or given up, or who ends the tree does. */
  boolean needsNoExit() {
    lock.lock();
    try {
      return course.phase() != Phase.RUNNING;
    } finally {
      lock.unlock();
    }
  }

  Cause cause() {
    lock.lock();
    try {
      return course.cause();
    } finally {
      lock.unlock();
    }
  }

  /** How long from now until {@link #advance} has something to do, if nothing happens before. */
  long untilDue() {
    lock.lock();
    try {
      return course.untilDue();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether {@link #advance} will never have anything to do again, the end of the user's own pipes
   * included.
   */
  boolean needsNoClock(boolean userPipes) {
    lock.lock();
    try {
      return course.needsNoClock(userPipes);
    } finally {
      lock.unlock();
    }
  }

  /** Everything; call it only when everything is over. */
  Course.End end() {
    lock.lock();
    try {
      return course.end();
    } finally {
      lock.unlock();
    }
  }
}
