/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;

/**
 * One run of a pipeline: its members' executions, driven by the shared timer, and ended together.
 * The first member that comes to an unnatural end, by a deadline, a limit or a failing sink, ends
 * the others.
 */
final class PipelineRun implements CommandFuture.Running {

  private final List<ChildProcess> members;
  private final AtomicInteger left;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /** Opened when {@code done}, for those who wait in the launcher's time. */
  private final Time.Gate over;

  private PipelineRun(Time time, List<ChildProcess> members) {
    over = time.newGate();
    this.members = List.copyOf(members);
    left = new AtomicInteger(members.size());
  }

  /** Starts all members, once there are places for them. */
  static PipelineRun start(DefaultLauncher launcher, Pipeline pipeline)
      throws CommandException, InterruptedException {
    List<Start> starts = starts(launcher, pipeline);
    starts.get(0).awaitPlaces(starts.size());
    return begin(launcher, starts);
  }

  /** Likewise, without waiting: {@code future} tells what became of it. */
  static void start(DefaultLauncher launcher, Pipeline pipeline, CommandFuture future) {
    List<Start> starts = starts(launcher, pipeline);
    Runnable go =
        () -> {
          try {
            future.follow(begin(launcher, starts));
          } catch (CommandException | RuntimeException | Error e) {
            future.fail(e);
          }
        };
    starts.get(0).whenPlaces(starts.size(), go, future);
  }

  private static List<Start> starts(DefaultLauncher launcher, Pipeline pipeline) {
    List<Start> starts = new ArrayList<>();
    for (Command command : prepared(launcher, pipeline)) {
      starts.add(new Start(launcher, command));
    }
    launcher.requirePlacesFor(starts.size());
    return starts;
  }

  private static PipelineRun begin(DefaultLauncher launcher, List<Start> starts)
      throws CommandException {
    List<ChildProcess> started = startAll(launcher, starts);
    try {
      PipelineRun run = new PipelineRun(launcher.settings().engine().time(), started);
      run.members.forEach(member -> member.execution().whenDone(() -> run.ended(member)));
      for (int i = 0; i < starts.size(); i++) {
        starts.get(i).watch(started.get(i));
      }
      return run;
    } catch (CommandException | RuntimeException | Error e) {
      for (ChildProcess member : started) {
        member.execution().abort(e); // nobody would ever see to it
      }
      started.forEach(ChildProcess::close); // joins what a worker ends
      throw e;
    }
  }

  /** Starts all, or none: if one cannot be started, those before it are ended. */
  private static List<ChildProcess> startAll(DefaultLauncher launcher, List<Start> starts)
      throws CommandException {
    List<ChildProcess> started = new ArrayList<>();
    int places = starts.size();
    Link from = null;
    Link to = null;
    try {
      for (Start start : starts) {
        to = started.size() < starts.size() - 1 ? start.link() : null;
        places--; // from here on it belongs to the start
        started.add(start.go(from, to));
        close(from);
        from = to;
        to = null;
      }
      return started;
    } catch (CommandException | RuntimeException | Error e) {
      close(from);
      close(to);
      launcher.giveBackPlaces(places);
      started.forEach(child -> child.endSoon(Cause.CLOSED));
      started.forEach(ChildProcess::close);
      for (ChildProcess child : started) {
        child.execution().abort(e); // a detached one lives on, and nobody would ever see to it
      }
      throw e;
    }
  }

  /**
   * The members with the earliest deadline of all. The launcher's default is that of members that
   * set none, unless the pipeline itself set one.
   */
  private static List<Command> prepared(DefaultLauncher launcher, Pipeline pipeline) {
    List<Command> commands = pipeline.commands();
    long earliest = Durations.NEVER;
    Duration fallback = launcher.settings().defaultTimeout();
    Duration own = pipeline.timeout();
    if (own != null) {
      earliest = Durations.nanos("timeout", own);
      fallback = null;
    }
    for (Command command : commands) {
      earliest = Math.min(earliest, command.settings().timeoutNanos(fallback));
    }
    if (earliest == Durations.NEVER && own == null) {
      return commands;
    }
    Duration timeout = Duration.ofNanos(earliest);
    return commands.stream().map(command -> command.timeout(timeout)).toList();
  }

  private static void close(@Nullable Link link) {
    if (link != null) {
      link.close();
    }
  }

  private void ended(ChildProcess member) {
    try {
      if (member.execution().cause() != Cause.NONE) {
        endOthers(member);
      }
    } finally {
      if (left.decrementAndGet() == 0) {
        try {
          done.complete(null);
        } finally {
          over.open();
        }
      }
    }
  }

  private void endOthers(ChildProcess member) {
    for (ChildProcess other : members) {
      if (!other.equals(member)) {
        other.execution().endSoon(Cause.CLOSED, other.command().settings().graceNanos);
      }
    }
  }

  Result await() throws CommandException, InterruptedException {
    try {
      awaitDone();
    } catch (InterruptedException e) {
      for (ChildProcess member : members) {
        member.execution().endSoon(Cause.INTERRUPTED, member.command().settings().graceNanos);
      }
      for (ChildProcess member : members) {
        // Joins the ending that was begun above; a second interrupt skips its grace.
        member.execution().end(Cause.INTERRUPTED, member.command().settings().graceNanos);
      }
      Uninterruptibly.run(this::awaitDone);
      throw e;
    }
    return outcome().get();
  }

  private void awaitDone() throws InterruptedException {
    while (!over.await(Durations.NEVER)) {
      // that is several human lives
    }
  }

  @Override
  public void whenDone(Runnable action) {
    var unused = done.thenRun(action);
  }

  @Override
  public void cancel() {
    members.forEach(ChildProcess::cancel);
  }

  /**
   * The outcome of the member that decides: one that was ended for a reason of its own, else the
   * last that failed, else the last.
   */
  @Override
  public Outcome outcome() {
    List<Outcome> outcomes = members.stream().map(ChildProcess::outcome).toList();
    int last = outcomes.size() - 1;
    int deciding = deciding(outcomes);
    Outcome outcome = outcomes.get(deciding);
    if (deciding < last) {
      return outcome;
    }
    List<Result> upstream = outcomes.subList(0, last).stream().map(Outcome::result).toList();
    return new Outcome(
        outcome.command(),
        outcome.pid(),
        outcome.result().after(upstream),
        outcome.cause(),
        outcome.failure());
  }

  private static int deciding(List<Outcome> outcomes) {
    int deciding = outcomes.size() - 1;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      if (outcome.cause() != Cause.NONE && outcome.cause() != Cause.CLOSED) {
        return i;
      }
      boolean upstream = i < outcomes.size() - 1;
      if (outcome.exception() != null && !(upstream && endedBySigpipe(outcome.result()))) {
        deciding = i;
      }
    }
    return deciding;
  }

  private static boolean endedBySigpipe(Result result) {
    ExitStatus status = result.status();
    if (status instanceof ExitStatus.Signaled signaled) {
      return signaled.signal() == Signals.PIPE;
    }
    return status instanceof ExitStatus.Exited exited && exited.code() == 128 + Signals.PIPE;
  }
}
