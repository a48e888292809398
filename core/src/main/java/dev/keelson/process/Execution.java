/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Time;
import dev.keelson.spi.SchedulePoints;
import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;

/**
 * One run of one command, from the moment its process exists until its outcome is known: brings
 * together the process, its streams and its {@link Lifecycle}, and carries out what that decides.
 */
final class Execution implements Output.Owner {

  /** How often a step is tried that may need more memory than there will ever be. */
  private static final int MOST_TRIES = 20;

  private final Time time;
  private final Command command;
  private final CommandSettings settings;
  private final Spawned process;
  private final Streams streams;
  private final long began;
  private final @Nullable Guard.Entry guard;
  private final Lifecycle life;
  private final Driver driver;
  private final TreeEnd tree;

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
    this.began = began;
    this.guard = guard;
    streams = new Streams(time, settings, process, out, err, this::inputFailed);
    life = new Lifecycle(time, settings, began, deadline, streams.carriedOutputs());
    driver = new Driver(this, time, life);
    tree = new TreeEnd(time, process);
  }

  /** Begins to carry the streams. Called once, when every other thread may know this execution. */
  void carry() {
    streams.carry(time, this);
  }

  // What the streams tell

  @Override
  public void progressed() {
    life.progressed();
  }

  @Override
  public void handingOn(int more) {
    life.handingOn(more);
  }

  @Override
  public void limitExceeded() {
    endSoon(Cause.OUTPUT_LIMIT, null, settings.graceNanos);
  }

  @Override
  public void ended(Output output, boolean complete, @Nullable Throwable failure) {
    Step step = null;
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

  /**
   * Carries a step out, which is handed out once; what blocks runs on this thread only if {@code
   * inline}.
   */
  void perform(Step step, boolean inline) {
    for (int tries = 0; ; tries++) {
      try {
        carryOut(step, inline);
        return;
      } catch (OutOfMemoryError e) {
        if (tries == MOST_TRIES) {
          Daemons.complain(Execution.class, "there is no memory for the end of a process", e);
          return;
        }
        Daemons.awaitMemory();
      }
    }
  }

  private void carryOut(Step step, boolean inline) {
    if (step.finish()) {
      streams.finishOutputs();
    }
    if (step.abandon()) {
      streams.abandonOutputs();
      life.giveUpOutputs();
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
      time.insist(() -> tearDown(how));
    } catch (OutOfMemoryError noMemoryToSaySo) {
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
        report = report == null ? tree.run(how) : report;
        result = concluded(report, start);
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // everybody waits for this
      }
    }
    perform(life.tornDown(result), true);
    life.settle();
    driver.dueChanged();
    if (life.exit() == null) {
      process.onExit(this::observeExit); // for those who wait for the exit itself, run() or not
    }
  }

  private Teardown concluded(TreeReport sent, long start) {
    TreeReport report = sent;
    ExitReport exit = tree.awaitReaped(sent);
    if (exit != null) {
      exited(exit);
    } else {
      report = sent.escaping(process.pid(), Signals.KILL);
      streams.abandonInput();
    }
    Teardown result = TreeEnd.told(life.cause(), report, time.nanoTime() - start);
    Flight.tornDown(process.pid(), command, result);
    return result;
  }

  /** Makes the process known as ended, if it has. */
  void observeExit() {
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
      Daemons.complain(Execution.class, "not everybody was told of the end of a process", e);
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
        streams.abandonInput();
        break;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(tries, e);
      }
    }
    Flight.exited(
        process.pid(), command, status(report), Duration.ofNanos(time.nanoTime() - began));
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
    endHere(why, graceNanos);
    Teardown teardown = awaitTornDown();
    return teardown != null
        ? teardown
        : new Teardown("it had ended", List.of(), List.of(), Duration.ZERO);
  }

  /** Ends the tree on this thread; does nothing where it is being ended. */
  void endHere(Cause why, long graceNanos) {
    perform(decide(why, null, graceNanos, true), true);
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
  private Step decide(Cause why, @Nullable Throwable failure, long graceNanos, boolean impatient) {
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
    driver.dueChanged();
  }

  /**
   * Ends the tree at once because something it needs cannot be had, and whatever was not begun with
   * it.
   */
  void abort(Throwable why) {
    perform(decide(Cause.FAILED, why, 0, false), true);
    streams.abandon();
    life.giveUpOutputs();
  }

  // What it is

  Command command() {
    return command;
  }

  Spawned process() {
    return process;
  }

  Streams streams() {
    return streams;
  }

  /** Who sees to it, and waits for it. */
  Driver driver() {
    return driver;
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
    return known == Cause.NONE && streams.out().overLimit() ? Cause.OUTPUT_LIMIT : known;
  }

  /** What came of it; call it only when it is over. */
  Outcome outcome() {
    Course.End end = life.end();
    Output out = streams.out();
    Output err = streams.err();
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
