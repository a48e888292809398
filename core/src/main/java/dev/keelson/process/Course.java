/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.threads.Time;
import dev.keelson.process.Agenda.Due;
import javax.annotation.Nullable;
import javax.annotation.concurrent.NotThreadSafe;

/**
 * What is known of one execution, and what may happen to it next: the state machine, without the
 * process and without threads. Its {@link Lifecycle} guards it by a lock; nothing in here blocks or
 * calls back.
 */
@NotThreadSafe
final class Course {

  /*
   * Transitions
   * -----------
   *   RUNNING  -> DRAINING   the process ended by itself: `exited`
   *   RUNNING  -> ENDING     deadline, idle, limit, interrupt, cancel, close, terminate, failure: `end`, which hands out the one
   *                          TreeEnding. The first cause stays; who comes later waits for the same end, or cuts its grace
   *   ENDING   -> DRAINING   endTree has returned, and the exit was seen, or the process is given up: it was sent KILL and the
   *                          system keeps it: `tornDown`
   *   DRAINING -> SETTLED    the last carried output has ended, or was given up, and the exit, if it was seen, is announced: `settle`
   *   SETTLED  -> DONE       what waited for that was run: `done`
   *
   * The exit of a process that was given up may be seen at any time, and is told to those who wait for it alone. Before SETTLED it
   * is the outcome's; after that the outcome stays as it is.
   *
   * Within DRAINING, outputs are first carried on, then `finished` (nobody waits for what is not there yet: when the drain's
   * patience, the deadline or the tree is at its end), then `abandoned` (sinks that do not take what is there are given up; only
   * where the outcome no longer depends on them).
   *
   * Memory may end anywhere: what a transition needs is made before it, and once SETTLED, nothing more is needed for the end.
   */

  private static final ExitReport GIVEN_UP =
      ExitReport.unknown("it had not ended when its tree was given up; it is named as escaped");

  private final Time time;
  private final long graceNanos;
  private final Agenda agenda;

  private Phase phase = Phase.RUNNING;
  private @Nullable ExitReport exit;

  /** What the exit had to be told is told, and whoever waits for the end may go on. */
  private boolean announced;

  /** How many outputs are carried. */
  private int open;

  private boolean incomplete;
  private Cause cause = Cause.NONE;
  private @Nullable Throwable failure;

  /** The ending that runs or has run. */
  private @Nullable TreeEnding ending;

  private @Nullable Teardown teardown;

  /** The exit that the outcome tells of; written with SETTLED. */
  private @Nullable ExitReport told;

  private long endedAt;

  Course(Time time, Agenda agenda, long graceNanos, int carriedOutputs) {
    this.time = time;
    this.agenda = agenda;
    this.graceNanos = graceNanos;
    open = carriedOutputs;
  }

  // What happens to it

  /** The process was reaped; returns whether that is news. */
  boolean exited(ExitReport report) {
    if (exit != null) {
      return false;
    }
    exit = report;
    agenda.exited();
    if (phase == Phase.RUNNING) {
      phase = Phase.DRAINING;
    }
    return true;
  }

  /** The exit is known to all whom it concerns. */
  void announced() {
    announced = true;
  }

  /** A carried output is over. */
  Step outputEnded(boolean complete, @Nullable Throwable thrown) {
    if (isSettled()) {
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
  }

  /** What is still carried is no longer waited for. */
  void giveUpOutputs() {
    incomplete |= open > 0;
    open = 0;
  }

  /** Ends the tree or, if the process is gone or given up, the waiting for its outputs. */
  Step end(Cause why, @Nullable Throwable thrown, long grace, boolean impatient) {
    if (isSettled() || agenda.isAbandoned()) {
      return Step.NOTHING;
    }
    // Made before anything changes: there may be no memory for it.
    TreeEnding fresh = phase == Phase.RUNNING ? new TreeEnding(time, grace, impatient) : null;
    Step step = fresh == null ? Step.NOTHING : new Step(false, false, fresh);
    if (cause == Cause.NONE) {
      cause = why;
      failure = thrown;
    }
    if (phase == Phase.DRAINING) {
      return leaveOutputs();
    }
    if (phase == Phase.RUNNING) {
      phase = Phase.ENDING;
      ending = fresh;
    } else if (ending != null) {
      ending.shorten(grace);
    }
    return step;
  }

  /** Ends the grace of the ending that runs. */
  void hurry() {
    if (ending != null) {
      ending.hurry();
    }
  }

  /** The tree was ended, as far as that went. */
  Step tornDown(Teardown result) {
    teardown = result;
    phase = Phase.DRAINING;
    return leaveOutputs();
  }

  private Step leaveOutputs() {
    agenda.giveUpSoon();
    return agenda.finish() ? Step.FINISH : Step.NOTHING;
  }

  /** Makes the transition that is due, if one is. */
  Step advance(long now) {
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
  }

  private boolean isDue(Due what, long now) {
    return agenda.isDue(what, phase, cause != Cause.NONE, now);
  }

  /** Notes the end of everything if this is it; returns whether that is news. */
  boolean settle() {
    boolean beingTold = exit != null && !announced;
    if (phase != Phase.DRAINING || beingTold || open > 0) {
      return false;
    }
    phase = Phase.SETTLED;
    told = exit != null ? exit : GIVEN_UP;
    endedAt = time.nanoTime();
    return true;
  }

  void done() {
    phase = Phase.DONE;
  }

  // What is known of it

  Phase phase() {
    return phase;
  }

  private boolean isSettled() {
    return phase == Phase.SETTLED || phase == Phase.DONE;
  }

  @Nullable
  ExitReport exit() {
    return exit;
  }

  Cause cause() {
    return cause;
  }

  @Nullable
  Teardown teardown() {
    return teardown;
  }

  /** How long from now until {@link #advance} has something to do, if nothing happens before. */
  long untilDue() {
    return agenda.next(phase, cause != Cause.NONE) - time.nanoTime();
  }

  /** Whether {@link #advance} will never have anything to do again. */
  boolean needsNoClock(boolean userPipes) {
    return isSettled() && (agenda.isFinished() || !userPipes);
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
    return new End(
        requireNonNull(told, "not over yet"), cause, failure, teardown, incomplete, endedAt);
  }
}
