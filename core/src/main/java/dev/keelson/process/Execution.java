/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.SchedulePoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** One run of one command, from the moment its process exists until its outcome is known. */
final class Execution implements Output.Owner {

  /*
   * States
   * ------
   *   RUNNING   exit == null, not tearing
   *   ENDING    exit == null, tearing          somebody runs Spawned.endTree
   *   DRAINING  exit != null, open > 0         the process is reaped, outputs are still carried
   *   DONE      done                           nothing changes any more
   *
   *   RUNNING -> DRAINING | DONE        the process ended by itself
   *   RUNNING -> ENDING                 deadline, idle, limit, interrupt, cancel, close, terminate, failure: `begin`
   *   ENDING  -> DRAINING | DONE        endTree has returned
   *   DRAINING -> DONE                  the last carried output has ended
   *
   * Every transition is made under `lock` by whoever sees its reason first; what follows from it and may block or call back (ending
   * a tree, finishing or closing a pipe's end, completing futures) is done after the lock was let go, as a Step. A Step's actions
   * are idempotent or are handed out once.
   *
   * Who watches the clock
   * ---------------------
   * `advance` makes the transitions that are due at an instant, `nextInstant` says when it should be called again. The thread in
   * run() does that for itself: no timer and no other thread takes part in a launch that ends in time. A started child has the
   * shared timer do it, and everything that blocks is given to a worker.
   *
   * Races
   * -----
   * - The exit is seen by the waiter, by the engine's callback and by the teardown: `observeExit` lets the first one through.
   * - An output ends before or after the exit is seen: `settle` is called by both and finds DONE under the lock, once.
   * - Two reasons to end the tree: `begin` hands out one TreeEnding; the first cause stays, the others wait for the same end.
   * - A deadline and a natural end: under the lock one of them is first; an exit that was not yet observed when the deadline
   *   passed is a timeout, because nobody had an answer in time.
   */

  /**
   * How often a waiter looks for itself, where the engine cannot wake it: a process that KILL does
   * not end.
   */
  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * How long a process that is gone may take to be reaped by somebody else, on a machine that is
   * very busy.
   */
  private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(10);

  /**
   * What a sink that is in the middle of something gets before it is given up, once the outcome no
   * longer depends on it.
   */
  private static final long LAST_WORDS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Command command;
  private final CommandSettings settings;
  private final Spawned process;
  private final Output out;
  private final Output err;
  private final long began;
  private final long deadline;
  private final @Nullable Guard.Entry guard;
  private final @Nullable InputFeeder feeder;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** When the child last wrote a byte that we saw. */
  private volatile long lastProgress;

  @GuardedBy("lock")
  private @Nullable ExitReport exit;

  @GuardedBy("lock")
  private int open;

  @GuardedBy("lock")
  private boolean incomplete;

  @GuardedBy("lock")
  private Cause cause = Cause.NONE;

  @GuardedBy("lock")
  private @Nullable Throwable failure;

  /** The ending that runs or has run. */
  @GuardedBy("lock")
  private @Nullable TreeEnding ending;

  @GuardedBy("lock")
  private boolean tearing;

  @GuardedBy("lock")
  private @Nullable Teardown teardown;

  /** When outputs are finished, and when their sinks are given up. */
  @GuardedBy("lock")
  private long finishAt;

  @GuardedBy("lock")
  private long abandonAt;

  @GuardedBy("lock")
  private boolean finished;

  @GuardedBy("lock")
  private boolean abandoned;

  @GuardedBy("lock")
  private boolean done;

  @GuardedBy("lock")
  private long ended;

  @GuardedBy("lock")
  private final List<Runnable> whenExited = new ArrayList<>();

  @GuardedBy("lock")
  private final List<Runnable> whenDone = new ArrayList<>();

  /** Whether the shared timer drives this, and its next call. */
  @GuardedBy("lock")
  private boolean timed;

  @GuardedBy("lock")
  private @Nullable ScheduledFuture<?> tick;

  /**
   * Takes over a process that was just started, and begins to carry its streams.
   *
   * @param began when everything began, waiting for a place included
   */
  Execution(
      Command command,
      Spawned process,
      Output out,
      Output err,
      long began,
      long deadline,
      @Nullable Guard.Entry guard) {
    this.command = command;
    this.settings = command.settings();
    this.process = process;
    this.out = out;
    this.err = err;
    this.began = began;
    this.deadline = deadline;
    this.guard = guard;
    lastProgress = began;
    finishAt = abandonAt = Durations.after(began, Durations.NEVER);
    open = (out.isCarried() ? 1 : 0) + (err.isCarried() && !settings.mergeStderr ? 1 : 0);
    feeder =
        process.stdin() == null || settings.stdin.source() instanceof InputSource.Pipe
            ? null
            : new InputFeeder(requireNonNull(process.stdin()), this::failed);
  }

  /** Begins to carry the streams. Called once, when every other thread may know this execution. */
  void carry() {
    out.begin(process.stdout(), settings.charset, this);
    err.begin(process.stderr(), settings.charset, this);
    if (feeder != null) {
      InputSource source = settings.stdin.source();
      if (source instanceof InputSource.FromBytes bytes) {
        feeder.feed(bytes.bytes());
      } else if (source instanceof InputSource.FromText text) {
        feeder.feed(text.encode(settings.charset));
      } else if (source instanceof InputSource.FromStream stream) {
        feeder.feed(stream.supplier());
      }
    }
  }

  // ---- what the streams tell
  // -------------------------------------------------------------------------------------------------

  @Override
  public void progressed() {
    lastProgress = System.nanoTime();
  }

  @Override
  public void limitExceeded() {
    perform(begin(Cause.OUTPUT_LIMIT, null, settings.graceNanos, false), false);
  }

  private void failed(Throwable thrown) {
    perform(begin(Cause.FAILED, thrown, settings.graceNanos, false), false);
  }

  @Override
  public void ended(Output output, boolean complete, @Nullable Throwable thrown) {
    boolean sinkFailed;
    lock.lock();
    try {
      if (done) {
        return; // given up long ago
      }
      sinkFailed = thrown != null && !abandoned;
      if (sinkFailed && cause == Cause.NONE && exit != null) {
        cause = Cause.FAILED;
        failure = thrown;
      }
      if (!complete) {
        incomplete = true;
      }
      open--;
    } finally {
      lock.unlock();
    }
    if (sinkFailed) {
      failed(requireNonNull(thrown));
    }
    settle();
  }

  // ---- transitions
  // -----------------------------------------------------------------------------------------------------------

  /** What is to be done after a transition, without the lock. */
  private record Step(boolean finish, boolean abandon, @Nullable TreeEnding teardown) {
    static final Step NOTHING = new Step(false, false, null);
  }

  /** Makes the process known as ended, if it has. */
  private void observeExit() {
    ExitReport report = process.exit();
    if (report == null) {
      return;
    }
    SchedulePoints.reach("execution.exit");
    lock.lock();
    try {
      if (exit != null) {
        return;
      }
      exit = report;
      long now = System.nanoTime();
      finishAt = Durations.after(now, settings.drain.nanos());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    afterExit(report);
  }

  private void afterExit(ExitReport report) {
    if (guard != null) {
      guard.remove();
    }
    if (feeder != null) {
      feeder.abandon();
    }
    List<Runnable> actions;
    lock.lock();
    try {
      actions = List.copyOf(whenExited);
      whenExited.clear();
    } finally {
      lock.unlock();
    }
    actions.forEach(Runnable::run);
    Flight.exited(
        process.pid(), command, status(report), Duration.ofNanos(System.nanoTime() - began));
    settle();
  }

  /** Notes the end of everything if this is it. */
  private void settle() {
    List<Runnable> actions;
    lock.lock();
    try {
      if (done || exit == null || open > 0 || tearing) {
        changed.signalAll();
        return;
      }
      done = true;
      ended = System.nanoTime();
      if (tick != null && !out.isUsers() && !err.isUsers()) {
        tick.cancel(false);
      }
      actions = List.copyOf(whenDone);
      whenDone.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    actions.forEach(Runnable::run);
  }

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
   * Ends the tree for that cause, or, if the process is gone, the waiting for its outputs; or joins
   * the ending that runs.
   *
   * @param impatient whether an interrupt of the thread that carries the step out cuts the grace
   *     short
   */
  private Step begin(Cause why, @Nullable Throwable thrown, long graceNanos, boolean impatient) {
    lock.lock();
    try {
      if (done || abandoned) {
        return Step.NOTHING;
      }
      if (cause == Cause.NONE) {
        cause = why;
        failure = thrown;
      }
      if (exit != null) {
        return tearing ? Step.NOTHING : leaveOutputs();
      }
      if (tearing) {
        if (graceNanos == 0) {
          requireNonNull(ending).hurry();
        }
        return Step.NOTHING;
      }
      tearing = true;
      ending = new TreeEnding(graceNanos, impatient);
      return new Step(false, false, ending);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Step leaveOutputs() {
    boolean first = !finished;
    finished = true;
    abandonAt = Math.min(abandonAt, Durations.after(System.nanoTime(), LAST_WORDS));
    return first ? new Step(true, false, null) : Step.NOTHING;
  }

  /** Makes the transitions that are due. */
  private Step advance() {
    long now = System.nanoTime();
    lock.lock();
    try {
      if (exit == null) {
        if (tearing) {
          return Step.NOTHING;
        }
        if (now - deadline >= 0) {
          return begin(Cause.TIMEOUT, null, settings.graceNanos, false);
        }
        return now - idleDeadline() >= 0
            ? begin(Cause.IDLE, null, settings.graceNanos, false)
            : Step.NOTHING;
      }
      if (!done && !tearing && now - deadline >= 0 && cause == Cause.NONE) {
        cause = Cause.TIMEOUT;
        return leaveOutputs();
      }
      if (!finished && now - finishAt >= 0) {
        finished = true;
        return new Step(true, false, null);
      }
      if (!done && !abandoned && now - abandonAt >= 0) {
        abandoned = true;
        return new Step(false, true, null);
      }
      return Step.NOTHING;
    } finally {
      lock.unlock();
    }
  }

  /** When {@link #advance} has something to do again, if nothing happens before. */
  private long nextInstant() {
    lock.lock();
    try {
      if (exit == null) {
        return tearing
            ? Durations.after(System.nanoTime(), Durations.NEVER)
            : earlier(deadline, idleDeadline());
      }
      long next = finished ? abandonAt : earlier(finishAt, abandonAt);
      return cause == Cause.NONE && !done ? earlier(next, deadline) : next;
    } finally {
      lock.unlock();
    }
  }

  private long untilDue() {
    return nextInstant() - System.nanoTime();
  }

  private long idleDeadline() {
    return Durations.after(lastProgress, settings.idleTimeoutNanos);
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** Carries a step out; what blocks runs on this thread only if {@code inline}. */
  private void perform(Step step, boolean inline) {
    if (step.finish) {
      out.finish();
      err.finish();
    }
    if (step.abandon) {
      out.abandon();
      err.abandon();
      giveUpOutputs();
    }
    TreeEnding how = step.teardown;
    if (how == null) {
      return;
    }
    if (inline) {
      tearDown(how);
      return;
    }
    try {
      Daemons.workers().execute(() -> tearDown(how));
    } catch (OutOfMemoryError noThreadCanBeHad) {
      tearDown(how);
    }
  }

  /** A sink that does not even heed its interrupt is no longer waited for. */
  private void giveUpOutputs() {
    lock.lock();
    try {
      if (open > 0) {
        open = 0;
        incomplete = true;
      }
    } finally {
      lock.unlock();
    }
    settle();
  }

  private void tearDown(TreeEnding how) {
    SchedulePoints.reach("execution.teardown");
    long start = System.nanoTime();
    TreeReport report = process.endTree(how);
    boolean unkillable =
        report.escaped().stream().anyMatch(member -> member.pid() == process.pid());
    if (!unkillable) {
      Uninterruptibly.run(() -> process.awaitExit(REAPED_WITHIN));
    }
    Teardown result;
    lock.lock();
    try {
      result = teardown(report, Duration.ofNanos(System.nanoTime() - start));
      teardown = result;
      tearing = false;
      finishAt = System.nanoTime();
      abandonAt = Durations.after(finishAt, LAST_WORDS);
      finished = true;
    } finally {
      lock.unlock();
    }
    Flight.tornDown(process.pid(), command, result);
    observeExit();
    giveUpProcess();
    out.finish();
    err.finish();
    settle();
    reschedule();
  }

  /**
   * Unless the exit was observed: KILL was sent and the process is still there: in the kernel,
   * where nothing reaches it. Its outcome will never be known.
   */
  private void giveUpProcess() {
    ExitReport unknown = ExitReport.unknown("it did not end, although KILL was sent");
    lock.lock();
    try {
      if (exit != null) {
        return;
      }
      exit = unknown;
    } finally {
      lock.unlock();
    }
    afterExit(unknown);
  }

  @GuardedBy("lock")
  private Teardown teardown(TreeReport report, Duration duration) {
    return new Teardown(
        cause.reason(), members(report.ended()), members(report.escaped()), duration);
  }

  private static List<Teardown.Member> members(List<TreeReport.Member> members) {
    return members.stream()
        .map(member -> new Teardown.Member(member.pid(), member.program(), member.signal()))
        .toList();
  }

  // ---- drivers
  // ---------------------------------------------------------------------------------------------------------------

  /**
   * Drives this to its end on the calling thread, which is how {@code run()} waits.
   *
   * @throws InterruptedException when all is over, if the thread was interrupted before: the first
   *     interrupt ends the tree, a second one skips the grace
   */
  void drive() throws InterruptedException {
    boolean interrupted = false;
    while (true) {
      perform(advance(), true);
      try {
        if (pause()) {
          break;
        }
      } catch (InterruptedException e) {
        if (interrupted) {
          hurry();
        } else {
          interrupted = true;
          perform(begin(Cause.INTERRUPTED, null, settings.graceNanos, true), true);
        }
      }
    }
    if (interrupted) {
      throw new InterruptedException("interrupted while waiting for " + command);
    }
  }

  /** Waits until something may have changed, or is due; returns whether everything is over. */
  private boolean pause() throws InterruptedException {
    if (exitSeen() == null) {
      long nanos = Math.min(untilDue(), SLICE);
      if (nanos > 0 && process.awaitExit(nanos)) {
        observeExit();
      }
      return false;
    }
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

  /** Lets the shared timer drive this. */
  void watch() {
    lock.lock();
    try {
      timed = true;
    } finally {
      lock.unlock();
    }
    process.onExit(this::tick);
    reschedule();
  }

  private void tick() {
    observeExit();
    perform(advance(), false);
    reschedule();
  }

  private void reschedule() {
    lock.lock();
    try {
      if (tick != null) {
        tick.cancel(false);
        tick = null;
      }
      boolean over = done && (finished || !(out.isUsers() || err.isUsers()));
      long wait = untilDue();
      if (timed && !over && wait < Durations.NEVER / 2) {
        tick = Daemons.timer().schedule(this::tick, wait, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the exit of the process, without driving anything. */
  boolean awaitExit(long nanos) throws InterruptedException {
    long end = Durations.after(System.nanoTime(), nanos);
    while (exitSeen() == null) {
      long left = end - System.nanoTime();
      if (process.awaitExit(Math.min(left, SLICE))) {
        tick();
      } else if (left <= 0) {
        return false;
      }
    }
    return true;
  }

  /** Waits until everything is over, without driving anything. */
  void awaitDone() throws InterruptedException {
    awaitExit(Durations.NEVER);
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
   * Ends the tree, on this thread or by joining the ending that runs, and returns when that is
   * done. An interrupt skips the grace and is kept.
   */
  Teardown end(Cause why, long graceNanos) {
    perform(begin(why, null, graceNanos, true), true);
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
      return teardown != null
          ? teardown
          : new Teardown("it had ended", List.of(), List.of(), Duration.ZERO);
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Ends the tree at once because something it needs cannot be had, and whatever was not begun with
   * it.
   */
  void abort(Throwable why) {
    perform(begin(Cause.FAILED, why, 0, false), true);
    out.abandon();
    err.abandon();
    for (ReadEnd end : new ReadEnd[] {process.stdout(), process.stderr()}) {
      if (end != null) {
        end.close();
      }
    }
    if (feeder != null) {
      feeder.abandon();
    }
    giveUpOutputs();
  }

  /** Begins to end the tree on a worker thread. */
  void endSoon(Cause why, long graceNanos) {
    perform(begin(why, null, graceNanos, false), false);
  }

  private void hurry() {
    lock.lock();
    try {
      if (ending != null) {
        ending.hurry();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- what it is
  // ------------------------------------------------------------------------------------------------------------

  Command command() {
    return command;
  }

  Spawned process() {
    return process;
  }

  Output out() {
    return out;
  }

  Output err() {
    return err;
  }

  boolean isGuarded() {
    return guard != null;
  }

  private @Nullable ExitReport exitSeen() {
    lock.lock();
    try {
      return exit;
    } finally {
      lock.unlock();
    }
  }

  /** How the process ended; call it only when its exit was awaited. */
  ExitStatus exitStatus() {
    return status(requireNonNull(exitSeen(), "the process has not ended"));
  }

  private static ExitStatus status(ExitReport report) {
    return switch (report.kind()) {
      case EXITED -> new ExitStatus.Exited(report.value());
      case SIGNALED -> new ExitStatus.Signaled(report.value(), report.coreDumped());
      case UNKNOWN -> new ExitStatus.Unknown(report.reason());
    };
  }

  /** What came of it; call it only when it is over. */
  Outcome outcome() {
    lock.lock();
    try {
      ExitReport report = requireNonNull(exit, "not over yet");
      boolean overLimit = out.overLimit() && cause == Cause.NONE;
      Result.Builder result =
          Result.builder()
              .status(status(report))
              .charset(settings.charset)
              .adopt(out.captured(), err.captured())
              .duration(Duration.ofNanos(ended - began))
              .truncated(out.truncated() || err.truncated())
              .outputIncomplete(incomplete);
      report.cpuTime().ifPresent(result::cpuTime);
      report.maxRss().ifPresent(result::maxRss);
      if (teardown != null) {
        result.teardown(teardown);
      }
      return new Outcome(
          command, process.pid(), result.build(), overLimit ? Cause.OUTPUT_LIMIT : cause, failure);
    } finally {
      lock.unlock();
    }
  }
}
