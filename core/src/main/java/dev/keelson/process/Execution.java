/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Time;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * One run of one command, from the moment its process exists until its outcome is known: brings
 * together the process, its streams and its {@link Lifecycle}, and carries out what that decides.
 */
final class Execution implements Output.Owner {

  private static final System.Logger LOGGER = System.getLogger(Execution.class.getPackageName());

  /*
   * Somebody has to look at the clock. The thread in run() does that for itself (`drive`): no timer and no other thread takes part
   * in a launch that ends in time. For a started child it is the shared timer (`watch`), and what blocks is given to a worker.
   */

  /** How often something is tried again that may need more memory than there will ever be. */
  private static final int MOST_TRIES = 20;

  /**
   * How long a process that was sent KILL may take to be gone and reaped, on a machine that is very
   * busy.
   */
  private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(10);

  /**
   * How often in a row it may be found to be held by the system meanwhile, and how far apart: so
   * long a busy disk may hold it as well.
   */
  private static final int MOST_HELD = 25;

  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

  private final Time time;
  private final Command command;
  private final CommandSettings settings;
  private final Spawned process;
  private final Output out;
  private final Output err;
  private final long began;
  private final @Nullable Guard.Entry guard;
  private final @Nullable InputFeeder feeder;
  private final Lifecycle life;
  private final Ticker ticker;

  /**
   * Takes over a process that was just started.
   *
   * @param began when everything began, waiting for a place included
   */
  Execution(
      Time time,
      Command command,
      Spawned process,
      Output out,
      Output err,
      long began,
      long deadline,
      @Nullable Guard.Entry guard) {
    this.time = time;
    this.command = command;
    this.settings = command.settings();
    this.process = process;
    this.out = out;
    this.err = err;
    this.began = began;
    this.guard = guard;
    int carried = (out.isCarried() ? 1 : 0) + (err.isCarried() && !settings.mergeStderr ? 1 : 0);
    life = new Lifecycle(time, settings, began, deadline, carried);
    ticker = new Ticker(time, this::tick);
    feeder =
        process.stdin() == null || settings.stdin.source() instanceof InputSource.Pipe
            ? null
            : new InputFeeder(time, requireNonNull(process.stdin()), this::inputFailed);
  }

  /** Begins to carry the streams. Called once, when every other thread may know this execution. */
  void carry() {
    out.begin(time, process.stdout(), settings.charset, this);
    err.begin(time, process.stderr(), settings.charset, this);
    if (feeder != null) {
      feeder.feed(settings.stdin.source(), settings.charset);
    }
  }

  // What the streams tell

  @Override
  public void progressed() {
    life.progressed();
  }

  @Override
  public void limitExceeded() {
    endSoon(Cause.OUTPUT_LIMIT, null, settings.graceNanos);
  }

  @Override
  public void ended(Output output, boolean complete, @Nullable Throwable failure) {
    Lifecycle.Step step = null;
    while (step == null) {
      try {
        step = life.outputEnded(complete, failure);
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // nobody else tells of this
      }
    }
    perform(step, false);
    life.settle();
  }

  private void inputFailed(Throwable failure) {
    endSoon(Cause.FAILED, failure, settings.graceNanos);
  }

  // What the lifecycle decides

  /** Carries a step out; what blocks runs on this thread only if {@code inline}. */
  private void perform(Lifecycle.Step step, boolean inline) {
    try {
      carryOut(step, inline);
    } catch (OutOfMemoryError e) {
      insist(step, inline);
    }
  }

  /** A step is handed out once. */
  private void insist(Lifecycle.Step step, boolean inline) {
    for (int tries = 0; ; tries++) {
      try {
        Daemons.awaitMemory();
        carryOut(step, inline);
        return;
      } catch (OutOfMemoryError e) {
        if (tries == MOST_TRIES) {
          Daemons.complain(LOGGER, "there is no memory for the end of a process", e);
          return;
        }
      }
    }
  }

  private void carryOut(Lifecycle.Step step, boolean inline) {
    if (step.finish()) {
      out.finish();
      err.finish();
    }
    if (step.abandon()) {
      out.abandon();
      err.abandon();
      life.giveUpOutputs();
      life.settle();
    }
    TreeEnding how = step.teardown();
    if (how == null) {
      return;
    }
    if (inline) {
      tearDown(how);
      return;
    }
    try {
      time.execute(() -> tearDown(how));
    } catch (OutOfMemoryError noThreadCanBeHad) {
      tearDown(how);
    }
  }

  private void tearDown(TreeEnding how) {
    SchedulePoints.reach("execution.teardown");
    long start = time.nanoTime();
    TreeReport report = null;
    Teardown result = null;
    while (result == null) {
      try {
        report = report == null ? endTree(how) : report;
        result = concluded(report, start);
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // everybody waits for this
      }
    }
    perform(life.tornDown(result), true);
    life.settle();
    ticker.set(life);
    if (life.exit() == null) {
      process.onExit(this::observeExit); // for those who wait for the exit itself, run() or not
    }
  }

  private Teardown concluded(TreeReport sent, long start) {
    TreeReport report = sent;
    if (!contains(report.escaped(), process.pid())) {
      awaitReaped();
    }
    ExitReport exit = process.exit();
    if (exit != null) {
      exited(exit);
    } else {
      report = report.escaping(process.pid(), Signals.KILL);
      if (feeder != null) {
        feeder.abandon();
      }
    }
    Teardown result =
        new Teardown(
            life.cause().reason(),
            members(report.ended()),
            members(report.escaped()),
            Duration.ofNanos(time.nanoTime() - start));
    Flight.tornDown(process.pid(), command, result);
    return result;
  }

  /**
   * Waits for a process that was sent KILL to be gone. Where it could go at once but for a machine
   * that is busy, that is only a matter of time; where the system keeps it, nobody waits for it.
   */
  private void awaitReaped() {
    long start = time.nanoTime();
    int held = 0;
    while (process.exit() == null && held < MOST_HELD && time.nanoTime() - start < REAPED_WITHIN) {
      Uninterruptibly.run(() -> process.awaitExit(LOOK));
      held = process.isHeld() ? held + 1 : 0;
    }
  }

  /**
   * An ending that breaks off, for want of memory perhaps, must not leave everybody waiting: then
   * at least the process itself is killed.
   */
  private TreeReport endTree(TreeEnding how) {
    for (int tries = 0; ; tries++) {
      try {
        return process.endTree(how);
      } catch (RuntimeException | Error e) {
        if (isForWantOfMemory(e) && tries < MOST_TRIES) {
          Daemons.awaitMemory();
          continue;
        }
        Daemons.complain(LOGGER, "the tree of a process could not be ended", e);
        return killRoot();
      }
    }
  }

  /** Closing a resource throws the JVM's one error again, which cannot be suppressed by itself. */
  private static boolean isForWantOfMemory(Throwable e) {
    return e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError;
  }

  private TreeReport killRoot() {
    TreeReport.Member root = new TreeReport.Member(process.pid(), "", Signals.KILL);
    try {
      boolean killed = process.signal(Signals.KILL);
      return killed ? new TreeReport(List.of(root), List.of()) : TreeReport.NOTHING;
    } catch (IOException | RuntimeException | Error e) {
      return new TreeReport(List.of(), List.of(root));
    }
  }

  private static boolean contains(List<TreeReport.Member> members, long pid) {
    for (TreeReport.Member member : members) {
      if (member.pid() == pid) {
        return true;
      }
    }
    return false;
  }

  static List<Teardown.Member> members(List<TreeReport.Member> members) {
    List<Teardown.Member> all = new ArrayList<>();
    for (TreeReport.Member member : members) {
      all.add(new Teardown.Member(member.pid(), member.program(), member.signal()));
    }
    return all;
  }

  /** Makes the process known as ended, if it has. */
  private void observeExit() {
    ExitReport report = process.exit();
    if (report != null) {
      exited(report);
    }
  }

  private void exited(ExitReport report) {
    SchedulePoints.reach("execution.exited");
    if (!life.exited(report)) {
      return;
    }
    try {
      tell(report);
    } catch (OutOfMemoryError e) {
      Daemons.complain(LOGGER, "not everybody was told of the end of a process", e);
    } finally {
      life.announced();
    }
  }

  private void tell(ExitReport report) {
    for (int tries = 0; ; tries++) {
      try {
        if (guard != null) {
          guard.remove();
        }
        if (feeder != null) {
          feeder.abandon();
        }
        break;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(tries, e);
      }
    }
    Flight.exited(
        process.pid(), command, status(report), Duration.ofNanos(time.nanoTime() - began));
  }

  // Who drives it

  /**
   * Drives this to its end on the calling thread, which is how {@code run()} waits.
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
          perform(decide(Cause.INTERRUPTED, null, settings.graceNanos, true), true);
          ending = true;
        }
        perform(life.advance(), true);
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
      throw new InterruptedException("interrupted while waiting for " + command);
    }
  }

  /** Waits until something may have changed, or is due; returns whether everything is over. */
  private boolean pause() throws InterruptedException {
    if (life.needsNoExit()) {
      return life.awaitDoneOrDue();
    }
    long nanos = Math.min(life.untilDue(), time.slice());
    if (nanos > 0 && process.awaitExit(nanos)) {
      observeExit();
    }
    return false;
  }

  /** Lets the shared timer drive this. */
  void watch() {
    ticker.start();
    process.onExit(this::tick);
    ticker.set(life);
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
    observeExit();
    perform(life.advance(), false);
    if (life.needsNoClock(out.isUsers() || err.isUsers())) {
      ticker.stop();
    } else {
      ticker.set(life);
    }
  }

  // Who waits for it, without driving it

  /** Waits for the process to end; returns whether it has. */
  boolean awaitExit(long nanos) throws InterruptedException {
    long end = Durations.after(time.nanoTime(), nanos);
    while (life.exit() == null) {
      long left = end - time.nanoTime();
      if (process.awaitExit(Math.min(left, time.slice()))) {
        tick();
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
        tick();
      }
    }
    life.awaitDone();
  }

  void whenExited(Runnable action) {
    life.whenExited(action);
  }

  void whenDone(Runnable action) {
    life.whenDone(action);
  }

  // Who ends it

  /**
   * Ends the tree, on this thread or by joining the ending that runs, and returns when that is
   * done. An interrupt skips the grace and is kept.
   */
  Teardown end(Cause why, long graceNanos) {
    perform(decide(why, null, graceNanos, true), true);
    Teardown teardown = awaitTornDown();
    return teardown != null
        ? teardown
        : new Teardown("it had ended", List.of(), List.of(), Duration.ZERO);
  }

  private @Nullable Teardown awaitTornDown() {
    while (true) {
      try {
        return life.awaitTornDown();
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory();
      }
    }
  }

  /** Whoever ends something cannot do without that. */
  private Lifecycle.Step decide(
      Cause why, @Nullable Throwable failure, long graceNanos, boolean impatient) {
    while (true) {
      try {
        return life.end(why, failure, graceNanos, impatient);
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory();
      }
    }
  }

  /** Begins to end the tree on a worker thread. */
  void endSoon(Cause why, long graceNanos) {
    endSoon(why, null, graceNanos);
  }

  private void endSoon(Cause why, @Nullable Throwable failure, long graceNanos) {
    perform(decide(why, failure, graceNanos, false), false);
    ticker.set(life);
  }

  /**
   * Ends the tree at once because something it needs cannot be had, and whatever was not begun with
   * it.
   */
  void abort(Throwable why) {
    perform(decide(Cause.FAILED, why, 0, false), true);
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
    life.giveUpOutputs();
    life.settle();
  }

  // What it is

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

  /** How the process ended; call it only when its exit was awaited. */
  ExitStatus exitStatus() {
    return status(requireNonNull(life.exit(), "the process has not ended"));
  }

  private static ExitStatus status(ExitReport report) {
    return switch (report.kind()) {
      case EXITED -> new ExitStatus.Exited(report.value());
      case SIGNALED -> new ExitStatus.Signaled(report.value(), report.coreDumped());
      case UNKNOWN -> new ExitStatus.Unknown(report.reason());
    };
  }

  /** Why it has come to an end, if it is over; needs no room for what was captured. */
  Cause cause() {
    return cause(life.cause());
  }

  private Cause cause(Cause known) {
    return known == Cause.NONE && out.overLimit() ? Cause.OUTPUT_LIMIT : known;
  }

  /** What came of it; call it only when it is over. */
  Outcome outcome() {
    Lifecycle.End end = life.end();
    Result.Builder result =
        Result.builder()
            .status(status(end.exit()))
            .charset(settings.charset)
            .adopt(out.captured(), err.captured())
            .duration(Duration.ofNanos(end.endedAt() - began))
            .truncated(out.truncated() || err.truncated())
            .outputIncomplete(end.incomplete());
    end.exit().cpuTime().ifPresent(result::cpuTime);
    end.exit().maxRss().ifPresent(result::maxRss);
    if (end.teardown() != null) {
      result.teardown(end.teardown());
    }
    return new Outcome(command, process.pid(), result.build(), cause(end.cause()), end.failure());
  }
}
