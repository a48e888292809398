/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import javax.annotation.Nullable;

/** One attempt of a launcher to start a command: its place, its deadline, its process. */
final class Start {
  private static final int MOST_TRIES = 20;

  private final DefaultLauncher launcher;
  private final DefaultLauncher.Settings settings;
  private final @Nullable Permits permits;
  private final Events events;
  private final Command command;
  private final CommandSettings wanted;
  private final Discard discard = new Discard(); // whose class could not be loaded without memory
  private final Time time;
  private final long began;
  private final long deadline;

  Start(DefaultLauncher launcher, Command command) {
    this.launcher = launcher;
    settings = launcher.settings();
    time = settings.engine().time();
    began = time.nanoTime();
    permits = launcher.permits();
    events = launcher.events();
    this.command = command;
    wanted = command.settings();
    launcher.requireOpen();
    deadline = Durations.after(began, wanted.timeoutNanos(settings.defaultTimeout()));
  }

  /** Waits for as many places as processes are to be started. */
  void awaitPlaces(int places) throws CommandException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the start of " + command);
    }
    if (permits != null && !permits.acquire(places, deadline - time.nanoTime())) {
      throw timedOutWaiting();
    }
  }

  /**
   * Calls {@code go} once there are that many places, unless {@code future} is over by then: on a
   * worker, or now where there is no limit.
   */
  void whenPlaces(int count, Runnable go, CommandFuture future) {
    if (permits == null) {
      if (!future.isDone()) {
        go.run();
      }
      return;
    }
    // A future that is over by the time its turn comes gives the places back unused.
    Permits places = permits;
    Permits.Request request =
        places.whenFree(
            count,
            granted(
                () -> {
                  if (future.isDone()) {
                    places.release(count);
                  } else if (deadline - time.nanoTime() <= 0) {
                    places.release(count);
                    future.fail(timedOutWaiting());
                  } else {
                    go.run();
                  }
                },
                count,
                places,
                future));
    try {
      if (count > 1) { // others could do with the places that are too few for it
        future.whenComplete((result, failure) -> places.giveUp(request));
      }
      failIfLate(places, request, future);
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e); // so that it is not started in its turn
      throw e;
    }
  }

  /** Places for which no thread can be had are given back. */
  private Runnable granted(Runnable task, int count, Permits places, CommandFuture future) {
    return () -> {
      for (int tries = 0; ; tries++) {
        try {
          time.execute(task);
          return;
        } catch (OutOfMemoryError e) {
          if (tries == MOST_TRIES) {
            future.fail(e);
            places.release(count);
            return;
          }
          Daemons.awaitMemory();
        }
      }
    };
  }

  /** Its turn may never come: the deadline is kept by the timer as well. */
  private void failIfLate(Permits places, Permits.Request request, CommandFuture future) {
    long left = deadline - time.nanoTime();
    if (left < Durations.NEVER / 2 && places.isWaiting(request)) {
      Future<?> late =
          time.schedule(
              () -> {
                if (places.giveUp(request)) {
                  future.fail(timedOutWaiting());
                }
              },
              left);
      future.whenComplete((result, failure) -> late.cancel(false));
    }
  }

  private CommandTimedOutException timedOutWaiting() {
    Result nothing =
        Result.builder()
            .status(new ExitStatus.Unknown("never started"))
            .duration(Duration.ofNanos(time.nanoTime() - began))
            .build();
    return new CommandTimedOutException(
        command.toString(),
        Messages.of(
            command,
            "timed out while "
                + settings.maxConcurrent()
                + " other children lived (maxConcurrent), and was not started",
            0,
            nothing),
        nothing);
  }

  /** A pipe to the next member of a pipeline. */
  Link link() throws LaunchException {
    try {
      return patiently(settings.engine()::link);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private <T> T patiently(Patience.Attempt<T> attempt) throws IOException {
    return Patience.make(attempt, time, permits != null, deadline);
  }

  /**
   * Starts the process; the caller holds a place, which is given back when all is over, or now if
   * this fails.
   */
  ChildProcess go(@Nullable Link from, @Nullable Link to) throws CommandException {
    @Nullable Guard.Entry guard = null;
    ChildProcess child = null;
    try {
      launcher.requireOpen();
      refuseBatch();
      @Nullable String cookie = wanted.tracked ? Cookies.NAME + "=" + Cookies.next() : null;
      if (cookie != null && settings.orphanGuard()) {
        guard = Engines.guard().enter(cookie);
      }
      Output out = new Output(wanted.stdout.target(), false, wanted);
      Output err = new Output(wanted.stderr.target(), true, wanted);
      SpawnRequest request = Requests.of(command, cookie, out, err, from, to);
      Spawned process = patiently(() -> settings.engine().spawn(request));
      child = adopt(process, out, err, guard, to != null);
      begin(child);
      return child;
    } catch (LaunchException refused) {
      events.failed(command, refused);
      throw refused;
    } catch (IOException e) {
      throw refused(e);
    } catch (OutOfMemoryError e) {
      throw noThread(e);
    } finally {
      if (child == null) {
        giveBack(guard);
      }
    }
  }

  private LaunchException refused(IOException e) {
    LaunchException failure =
        LaunchFailures.of(command, e, Duration.ofNanos(time.nanoTime() - began));
    events.failed(command, failure);
    return failure;
  }

  private LaunchException noThread(OutOfMemoryError e) {
    LaunchException failure =
        LaunchFailures.noThread(command, e, Duration.ofNanos(time.nanoTime() - began));
    events.failed(command, failure);
    return failure;
  }

  /** Lets the shared timer see to what {@link #go} started; if none can be had, it is ended. */
  void watch(ChildProcess child) throws LaunchException {
    try {
      child.watch();
    } catch (OutOfMemoryError e) {
      throw noThread(e);
    }
  }

  private void giveBack(@Nullable Guard.Entry guard) {
    try {
      if (guard != null) {
        guard.remove();
      }
    } finally {
      if (permits != null) {
        permits.release(1);
      }
    }
  }

  private void refuseBatch() throws LaunchException {
    if (WindowsBatch.isWindows() && WindowsBatch.isBatch(command.words().get(0))) {
      int unsafe = WindowsBatch.firstUnsafe(command.words());
      if (unsafe > 0) {
        throw LaunchFailures.refused(
            command,
            "argument " + unsafe + " of a batch file has a character that cmd.exe takes for code");
      }
    }
  }

  /** Makes a process that was just started known to everybody, or leaves nothing of it. */
  private ChildProcess adopt(
      Spawned process, Output out, Output err, @Nullable Guard.Entry guard, boolean linked) {
    try {
      return know(process, out, err, guard, linked);
    } catch (RuntimeException | Error e) {
      discard.process(process);
      throw e;
    }
  }

  private ChildProcess know(
      Spawned process, Output out, Output err, @Nullable Guard.Entry guard, boolean linked) {
    Flight.started(process.pid(), command, settings.engine().name());
    Execution execution =
        new Execution(
            time,
            command,
            process,
            linked ? Output.elsewhere(wanted) : out,
            err,
            began,
            deadline,
            guard);
    ChildProcess child = new ChildProcess(execution, events);
    boolean known = false;
    try {
      launcher.started(child);
      if (settings.orphanGuard() && !wanted.detached) { // an orderly exit needs no watchdog
        LiveTrees.add(execution);
      }
      events.started(child);
      execution.whenDone(ended(launcher, child));
      known = true;
    } finally {
      if (!known) {
        launcher.ended(child);
        LiveTrees.remove(execution);
      }
    }
    return child;
  }

  private void begin(ChildProcess child) {
    try {
      child.execution().carry();
      prepare();
      if (launcher.isClosed()) {
        child.endSoon(Cause.CLOSED);
      }
    } catch (RuntimeException | Error e) {
      child.execution().abort(e);
      throw e;
    }
  }

  /** Makes ready what a later moment may need. A start does without. */
  private void prepare() {
    try {
      if (time == Time.SYSTEM) {
        Daemons.prepare();
      }
      if (deadline - began < Durations.NEVER / 2) {
        FirstDeadline.prepare(settings.engine());
      }
    } catch (OutOfMemoryError | LinkageError e) {
      // what was initialized without memory stays unusable
    }
  }

  /** What is to be done in the end. It refers to no start: there may be many children. */
  private static Runnable ended(DefaultLauncher launcher, ChildProcess child) {
    Runnable gone = () -> launcher.ended(child); // made now: then there may be no memory for it
    return () -> {
      LiveTrees.remove(child.execution());
      try {
        child.execution().whenExited(gone); // later, if it was given up, which may need memory
      } finally {
        launcher.giveBackPlaces(1); // last: who gets it may look who else lives
      }
      launcher.events().ended(child);
    };
  }
}
