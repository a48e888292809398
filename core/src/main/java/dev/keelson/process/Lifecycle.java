/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Time;
import dev.keelson.process.Agenda.Due;
import dev.keelson.process.Agenda.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * What is known of one execution, and what may happen to it next: the state machine without the
 * process. Safe for use by multiple threads; nothing in here blocks, except the two methods that
 * are there to wait.
 */
final class Lifecycle {

  /*
   * States
   * ------
   *   RUNNING   exit == null, not tearing
   *   ENDING    tearing                        somebody runs Spawned.endTree
   *   DRAINING  exit != null or given up,      the process is reaped, or nobody waits for that any more; outputs are still
   *             open > 0                       carried
   *   DONE      settled, then done             nothing changes any more; then those who wait know it
   *
   *   RUNNING -> DRAINING | DONE        the process ended by itself
   *   RUNNING -> ENDING                 deadline, idle, limit, interrupt, cancel, close, terminate, failure: `end`
   *   ENDING  -> DRAINING | DONE        endTree has returned, and the exit was seen, or the process is given up: it was sent KILL
   *                                     and the system keeps it. Its exit may be seen at any time after that, and is told to
   *                                     those who wait for it alone; the outcome that was given stays as it is
   *   DRAINING -> DONE                  the last carried output has ended, or was given up
   *
   * Within DRAINING, outputs are first carried on, then `finished` (nobody waits for what is not there yet: when the drain's
   * patience, the deadline or the tree is at its end), then `abandoned` (sinks that do not take what is there are given up; only
   * where the outcome no longer depends on them).
   *
   * Every transition is made under `lock` by whoever sees its reason first. What follows from it and may block or call back is
   * returned as a Step, to be carried out without the lock. A Step is handed out once.
   *
   * Races
   * -----
   * - The exit is seen by a waiter, by the engine's callback and by the teardown: `exited` lets the first one through. The others
   *   may get as far as `settle` while that one still tells of it: only `announced` lets the end come.
   * - The exit of a process that is being given up: seen before `settle` finds DONE it is the outcome's, and the end waits until it
   *   is announced; seen later it is not.
   * - The last output ends before or after the exit is seen: both call `settle`, which finds DONE under the lock, once.
   * - Two reasons to end the tree: `end` hands out one TreeEnding. The first cause stays; the others wait for the same end.
   * - Memory may end anywhere: what a transition needs is made before it, and once settled, nothing more is needed for the end.
   * - A deadline and a natural end: one of them is first under the lock. An exit that nobody had observed when the deadline passed
   *   is a timeout, because nobody had an answer in time.
   */

  /**
   * What is to be done after a transition, without the lock.
   *
   * @param finish nobody waits any longer for output that is not there yet
   * @param abandon sinks that do not take what is there are given up
   * @param teardown the tree is to be ended so
   */
  record Step(boolean finish, boolean abandon, @Nullable TreeEnding teardown) {
    static final Step NOTHING = new Step(false, false, null);
    static final Step FINISH = new Step(true, false, null);
    static final Step ABANDON = new Step(false, true, null);
  }

  private static final String NOT_ENDED =
      "it had not ended when its tree was given up; it is named as escaped";
  private static final System.Logger LOGGER = System.getLogger(Lifecycle.class.getPackageName());

  private final Time time;
  private final long graceNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed;

  /** Used under {@code lock} only, apart from {@link #progressed}. */
  private final Agenda agenda;

  @GuardedBy("lock")
  private @Nullable ExitReport exit;

  /**
   * The process was not seen to end with its tree, and only those who want its exit wait for it.
   */
  @GuardedBy("lock")
  private boolean givenUp;

  /** What the exit had to be told is told, and whoever waits for the end may go on. */
  @GuardedBy("lock")
  private boolean announced;

  /** How many outputs are carried. */
  @GuardedBy("lock")
  private int open;

  @GuardedBy("lock")
  private boolean incomplete;

  @GuardedBy("lock")
  private Cause cause = Cause.NONE;

  @GuardedBy("lock")
  private @Nullable Throwable failure;

  @GuardedBy("lock")
  private boolean tearing;

  /** The ending that runs or has run. */
  @GuardedBy("lock")
  private @Nullable TreeEnding ending;

  @GuardedBy("lock")
  private @Nullable Teardown teardown;

  /** Nothing changes any more: somebody runs the actions that wait for it. */
  @GuardedBy("lock")
  private boolean settled;

  /** The exit that the outcome tells of; written with {@code settled}. */
  @GuardedBy("lock")
  private @Nullable ExitReport told;

  /** They were run. */
  @GuardedBy("lock")
  private boolean done;

  @GuardedBy("lock")
  private long endedAt;

  @GuardedBy("lock")
  private final List<Runnable> whenExited = new ArrayList<>(1);

  @GuardedBy("lock")
  private final List<Runnable> whenDone = new ArrayList<>(1);

  Lifecycle(Time time, CommandSettings settings, long began, long deadline, int carriedOutputs) {
    this.time = time;
    changed = time.newCondition(lock);
    agenda = new Agenda(time, settings, began, deadline);
    graceNanos = settings.graceNanos;
    open = carriedOutputs;
  }

  // What happens to it

  void progressed() {
    agenda.progressed();
  }

  /**
   * The process was reaped; returns whether that is news. Then the caller tells whom it concerns,
   * and calls {@link #announced}: the end waits for that.
   */
  boolean exited(ExitReport report) {
    lock.lock();
    try {
      if (exit != null) {
        return false;
      }
      exit = report;
      agenda.exited();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Runnable next = takeExited(); next != null; next = takeExited()) {
      run(next);
    }
    return true;
  }

  private @Nullable Runnable takeExited() {
    lock.lock();
    try {
      return whenExited.isEmpty() ? null : whenExited.remove(0);
    } finally {
      lock.unlock();
    }
  }

  /** The others wait for it, too. */
  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      Daemons.complain(LOGGER, "what was to follow the end of a process has failed", e);
    }
  }

  /** The exit is known to all whom it concerns. */
  void announced() {
    lock.lock();
    try {
      announced = true;
    } finally {
      lock.unlock();
    }
    settle();
  }

  /** A carried output is over. Then {@link #settle} is to be called. */
  Step outputEnded(boolean complete, @Nullable Throwable thrown) {
    lock.lock();
    try {
      if (settled) {
        return Step.NOTHING; // given up long ago
      }
      // What an abandoned sink throws is our own interrupt.
      Step step =
          thrown == null || agenda.isAbandoned()
              ? Step.NOTHING
              : end(Cause.FAILED, thrown, graceNanos, false);
      open--;
      incomplete |= !complete;
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** What is still carried is no longer waited for. Then {@link #settle} is to be called. */
  void giveUpOutputs() {
    lock.lock();
    try {
      incomplete |= open > 0;
      open = 0;
    } finally {
      lock.unlock();
    }
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
      if (settled || agenda.isAbandoned()) {
        return Step.NOTHING;
      }
      // Made before anything changes: there may be no memory for it.
      boolean begins = !tearing && exit == null;
      TreeEnding fresh = begins ? new TreeEnding(time, grace, impatient) : null;
      Step step = begins ? new Step(false, false, fresh) : Step.NOTHING;
      if (cause == Cause.NONE) {
        cause = why;
        failure = thrown;
      }
      if (tearing) {
        if (grace == 0) {
          requireNonNull(ending).hurry();
        }
        return Step.NOTHING;
      }
      if (exit != null || givenUp) {
        return leaveOutputs();
      }
      tearing = true;
      ending = fresh;
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the grace of the ending that runs. */
  void hurry() {
    lock.lock();
    try {
      if (ending != null) {
        ending.hurry();
      }
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
      teardown = result;
      tearing = false;
      givenUp = exit == null;
      changed.signalAll();
      return leaveOutputs();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Step leaveOutputs() {
    agenda.giveUpSoon();
    changed.signalAll();
    return agenda.finish() ? Step.FINISH : Step.NOTHING;
  }

  /** Makes the transition that is due, if one is. */
  Step advance() {
    long now = time.nanoTime();
    lock.lock();
    try {
      if (isDue(Due.TIMEOUT, now)) {
        return end(Cause.TIMEOUT, null, graceNanos, false);
      }
      if (isDue(Due.IDLE, now)) {
        return end(Cause.IDLE, null, graceNanos, false);
      }
      if (isDue(Due.FINISH, now)) {
        agenda.finish();
        return Step.FINISH;
      }
      if (isDue(Due.ABANDON, now)) {
        agenda.abandon();
        return Step.ABANDON;
      }
      return Step.NOTHING;
    } finally {
      lock.unlock();
    }
  }

  /** How long from now until {@link #advance} has something to do, if nothing happens before. */
  long untilDue() {
    lock.lock();
    try {
      return agenda.next(phase(), cause != Cause.NONE) - time.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isDue(Due what, long now) {
    return agenda.isDue(what, phase(), cause != Cause.NONE, now);
  }

  @GuardedBy("lock")
  private Phase phase() {
    if (tearing) {
      return Phase.ENDING;
    }
    if (settled) {
      return Phase.SETTLED;
    }
    return exit == null && !givenUp ? Phase.RUNNING : Phase.DRAINING;
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
      boolean ended = exit == null ? givenUp : announced;
      if (settled || !ended || open > 0 || tearing) {
        return;
      }
      settled = true;
      told = exit != null ? exit : ExitReport.unknown(NOT_ENDED);
      endedAt = time.nanoTime();
    } finally {
      lock.unlock();
    }
    for (Runnable next = takeOrFinish(); next != null; next = takeOrFinish()) {
      run(next);
    }
  }

  /** An action that has come by now; if there is none, everything is over. */
  private @Nullable Runnable takeOrFinish() {
    lock.lock();
    try {
      if (!whenDone.isEmpty()) {
        return whenDone.remove(0);
      }
      done = true;
      changed.signalAll();
      return null;
    } finally {
      lock.unlock();
    }
  }

  // Who waits for it

  /** Runs a quick action when the process has ended, or now if it has. */
  void whenExited(Runnable action) {
    lock.lock();
    try {
      if (exit == null) {
        whenExited.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /** Runs a quick action when everything is over, or now if it is. */
  void whenDone(Runnable action) {
    lock.lock();
    try {
      if (!done) {
        whenDone.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /**
   * Waits until everything is over, or at most until something is due; returns whether everything
   * is over.
   */
  boolean awaitDoneOrDue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (long nanos = untilDue(); !done && nanos > 0; nanos = untilDue()) {
        changed.awaitNanos(nanos);
      }
      return done;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything is over. */
  void awaitDone() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!done) {
        changed.await();
      }
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
      while (tearing) {
        try {
          changed.await();
        } catch (InterruptedException e) {
          interrupted = true;
          requireNonNull(ending).hurry();
        }
      }
      return teardown;
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
      return exit;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody need look for the exit: it was seen or given up, or who ends the tree does. */
  boolean needsNoExit() {
    lock.lock();
    try {
      return exit != null || givenUp || tearing;
    } finally {
      lock.unlock();
    }
  }

  Cause cause() {
    lock.lock();
    try {
      return cause;
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
      return settled && (agenda.isFinished() || !userPipes);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Everything, when everything is over.
   *
   * @param endedAt when that was
   */
  record End(
      ExitReport exit,
      Cause cause,
      @Nullable Throwable failure,
      @Nullable Teardown teardown,
      boolean incomplete,
      long endedAt) {}

  /** Everything; call it only when everything is over. */
  End end() {
    lock.lock();
    try {
      return new End(
          requireNonNull(told, "not over yet"), cause, failure, teardown, incomplete, endedAt);
    } finally {
      lock.unlock();
    }
  }
}
