/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.Engines;
import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** The launcher that starts real processes. */
final class DefaultLauncher implements Launcher {

  /*
   * Closing against starting: a start puts its child into `live` and then looks at `closed`; close() sets `closed` and then ends
   * what is in `live`. Whichever is second sees the other, so no child is left behind, and one that both see is ended twice, which
   * is once.
   */

  /** What a launcher is made of. */
  record Settings(
      SpawnEngine engine,
      boolean orphanGuard,
      int maxConcurrent,
      @Nullable Duration defaultTimeout,
      Executor executor,
      @Nullable LaunchListener listener) {}

  private final Settings settings;
  private final boolean closeable;
  private final @Nullable Permits permits;
  private final Events events;
  private final Set<ChildProcess> live = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  DefaultLauncher(Settings settings) {
    this(settings, true);
  }

  private DefaultLauncher(Settings settings, boolean closeable) {
    this.settings = settings;
    this.closeable = closeable;
    permits =
        settings.maxConcurrent == Integer.MAX_VALUE ? null : new Permits(settings.maxConcurrent);
    events = new Events(new Callbacks(settings.executor), settings.listener);
  }

  static DefaultLauncher system() {
    return new DefaultLauncher(
        new Settings(Engines.chosen(), true, Integer.MAX_VALUE, null, Daemons.workers(), null),
        false);
  }

  /** The engine of a launcher of ours; the chosen one for any other. */
  static SpawnEngine engineOf(Launcher launcher) {
    return launcher instanceof DefaultLauncher ours ? ours.settings.engine : Engines.chosen();
  }

  @Override
  public Result run(Command command) throws CommandException, InterruptedException {
    requirePlainStreams(command);
    Start start = new Start(command);
    start.awaitPlaces(1);
    ChildProcess child = start.go(null, null);
    child.execution().drive();
    return child.execution().outcome().get();
  }

  @Override
  public Child start(Command command) throws CommandException, InterruptedException {
    requireNonNull(command, "command");
    Start start = new Start(command);
    start.awaitPlaces(1);
    ChildProcess child = start.go(null, null);
    child.watch();
    return child;
  }

  @Override
  public CompletableFuture<Result> runAsync(Command command) {
    requirePlainStreams(command);
    Start start = new Start(command);
    CommandFuture future = new CommandFuture(events.callbacks());
    start.whenPlace(
        () -> {
          try {
            ChildProcess child = start.go(null, null);
            future.follow(child);
            child.watch();
          } catch (CommandException | RuntimeException | Error e) {
            future.fail(e);
          }
        },
        future);
    return future;
  }

  @Override
  public Result run(Pipeline pipeline) throws CommandException, InterruptedException {
    requirePlainStreams(pipeline);
    return PipelineRun.start(this, pipeline).await();
  }

  @Override
  public CompletableFuture<Result> runAsync(Pipeline pipeline) {
    requirePlainStreams(pipeline);
    CommandFuture future = new CommandFuture(events.callbacks());
    Daemons.workers()
        .execute(
            () -> {
              try {
                future.follow(PipelineRun.start(this, pipeline));
              } catch (CommandException | RuntimeException | Error e) {
                future.fail(e);
              } catch (InterruptedException e) {
                future.fail(new IllegalStateException("a worker of Keelson's was interrupted", e));
              }
            });
    return future;
  }

  @Override
  public Capabilities capabilities() {
    return CapabilityTable.of(settings.engine, settings.orphanGuard);
  }

  @Override
  public Set<Child> children() {
    return Set.copyOf(live);
  }

  @Override
  public void close() {
    if (!closeable) {
      throw new UnsupportedOperationException(
          "the system launcher belongs to the whole JVM and cannot be closed; close its children,"
              + " or use a launcher of your own: Launcher.builder()");
    }
    closed = true;
    for (ChildProcess child : live) {
      child.endSoon(Cause.CLOSED);
    }
    for (ChildProcess child : live) {
      child.close();
    }
  }

  /** Refuses a pipeline that could never have all of its members at once. */
  void requirePlacesFor(int processes) {
    if (processes > settings.maxConcurrent) {
      throw new IllegalArgumentException(
          "the pipeline has "
              + processes
              + " members, and this launcher's maxConcurrent is "
              + settings.maxConcurrent
              + "; they live at the same time, so raise that");
    }
  }

  void giveBackPlaces(int places) {
    if (permits != null && places > 0) {
      permits.release(places);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this launcher is closed; make another one to run commands");
    }
  }

  private static void requirePlainStreams(Command command) {
    requirePlainStreams(requireNonNull(command, "command"), true, true);
  }

  /** Of the streams between two members nothing is used. */
  private static void requirePlainStreams(Pipeline pipeline) {
    List<Command> commands = requireNonNull(pipeline, "pipeline").commands();
    for (int i = 0; i < commands.size(); i++) {
      requirePlainStreams(commands.get(i), i == 0, i == commands.size() - 1);
    }
  }

  private static void requirePlainStreams(Command command, boolean input, boolean output) {
    CommandSettings settings = command.settings();
    if ((input && settings.stdin.source() instanceof InputSource.Pipe)
        || (output && settings.stdout.target() instanceof OutputTarget.Pipe)
        || settings.stderr.target() instanceof OutputTarget.Pipe) {
      throw new IllegalStateException(
          command + " has a pipe(), which nobody would serve in run(); use start()");
    }
  }

  /** One attempt to start a command. */
  final class Start {
    private final Command command;
    private final CommandSettings wanted;
    private final long began = System.nanoTime();
    private final long deadline;

    Start(Command command) {
      this.command = command;
      wanted = command.settings();
      requireOpen();
      Duration fallback = settings.defaultTimeout;
      long timeout =
          wanted.timeoutSet || fallback == null
              ? wanted.timeoutNanos
              : Durations.nanos("defaultTimeout", fallback);
      deadline = Durations.after(began, timeout);
    }

    Command command() {
      return command;
    }

    /** Waits for as many places as processes are to be started. */
    void awaitPlaces(int places) throws CommandException, InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted before the start of " + command);
      }
      if (permits != null && !permits.acquire(places, deadline - System.nanoTime())) {
        throw timedOutWaiting();
      }
    }

    void whenPlace(Runnable go, CommandFuture future) {
      if (permits == null) {
        go.run();
        return;
      }
      // A future that is over by the time its turn comes gives the place back unused.
      Permits places = permits;
      Permits.Request request =
          places.whenFree(
              () ->
                  Daemons.workers()
                      .execute(
                          () -> {
                            if (future.isDone()) {
                              places.release(1);
                            } else if (deadline - System.nanoTime() <= 0) {
                              places.release(1);
                              future.fail(timedOutWaiting());
                            } else {
                              go.run();
                            }
                          }));
      failIfLate(places, request, future);
    }

    /** Its turn may never come: the deadline is kept by the timer as well. */
    private void failIfLate(Permits places, Permits.Request request, CommandFuture future) {
      long left = deadline - System.nanoTime();
      if (left < Durations.NEVER / 2 && places.isWaiting(request)) {
        ScheduledFuture<?> late =
            Daemons.timer()
                .schedule(
                    () -> {
                      if (places.giveUp(request)) {
                        future.fail(timedOutWaiting());
                      }
                    },
                    left,
                    TimeUnit.NANOSECONDS);
        future.whenComplete((result, failure) -> late.cancel(false));
      }
    }

    private CommandTimedOutException timedOutWaiting() {
      Result nothing =
          Result.builder()
              .status(new ExitStatus.Unknown("never started"))
              .duration(Duration.ofNanos(System.nanoTime() - began))
              .build();
      return new CommandTimedOutException(
          command.toString(),
          Messages.of(
              command,
              "timed out while "
                  + settings.maxConcurrent
                  + " other children lived (maxConcurrent), and was not started",
              0,
              nothing),
          nothing);
    }

    /**
     * Starts the process; the caller holds a place, which is given back when all is over, or now if
     * this fails.
     */
    ChildProcess go(@Nullable Link from, @Nullable Link to) throws CommandException {
      @Nullable Guard.Entry guard = null;
      boolean started = false;
      try {
        requireOpen();
        refuseBatch();
        @Nullable String cookie = wanted.tracked ? Cookies.NAME + "=" + Cookies.next() : null;
        if (cookie != null && settings.orphanGuard) {
          guard = Engines.guard().enter(cookie);
        }
        Output out = new Output(wanted.stdout.target(), false, wanted);
        Output err = new Output(wanted.stderr.target(), true, wanted);
        Spawned process = settings.engine.spawn(request(cookie, out, err, from, to));
        started = true;
        return adopt(process, out, err, guard, to != null);
      } catch (IOException e) {
        LaunchException failure =
            LaunchFailures.of(command, e, Duration.ofNanos(System.nanoTime() - began));
        events.failed(command, failure);
        throw failure;
      } catch (OutOfMemoryError e) {
        LaunchException failure =
            LaunchFailures.noThread(command, e, Duration.ofNanos(System.nanoTime() - began));
        events.failed(command, failure);
        throw failure;
      } finally {
        if (!started) {
          if (guard != null) {
            guard.remove();
          }
          if (permits != null) {
            permits.release(1);
          }
        }
      }
    }

    private void refuseBatch() throws LaunchException {
      if (WindowsBatch.isWindows() && WindowsBatch.isBatch(command.words().get(0))) {
        int unsafe = WindowsBatch.firstUnsafe(command.words());
        if (unsafe > 0) {
          LaunchException failure =
              LaunchFailures.refused(
                  command,
                  "argument "
                      + unsafe
                      + " of a batch file has a character that cmd.exe takes for code");
          events.failed(command, failure);
          throw failure;
        }
      }
    }

    private ChildProcess adopt(
        Spawned process, Output out, Output err, @Nullable Guard.Entry guard, boolean linked) {
      Flight.started(process.pid(), command, settings.engine.name());
      Execution execution =
          new Execution(
              command,
              process,
              linked ? Output.elsewhere(wanted) : out,
              err,
              began,
              deadline,
              guard);
      ChildProcess child = new ChildProcess(execution, events);
      live.add(child);
      if (guard != null) {
        LiveTrees.add(execution);
      }
      events.started(child);
      execution.whenDone(
          () -> {
            live.remove(child);
            LiveTrees.remove(execution);
            if (permits != null) {
              permits.release(1);
            }
            events.ended(child);
          });
      try {
        execution.carry();
      } catch (RuntimeException | Error e) {
        execution.abort(e);
        throw e;
      }
      if (closed) {
        child.endSoon(Cause.CLOSED);
      }
      return child;
    }

    private SpawnRequest request(
        @Nullable String cookie, Output out, Output err, @Nullable Link from, @Nullable Link to) {
      return new SpawnRequest(
          command.words(),
          environment(cookie),
          wanted.directory == null ? null : wanted.directory.toFile(),
          from != null ? new Stdio.Linked(from) : input(wanted.stdin.source()),
          to != null ? new Stdio.Linked(to) : out.stdio(),
          err.stdio(),
          wanted.mergeStderr,
          wanted.ownSession(),
          cookie);
    }

    private EnvironmentEdits environment(@Nullable String cookie) {
      if (!wanted.clearEnvironment && wanted.environment.isEmpty() && cookie == null) {
        return EnvironmentEdits.NONE;
      }
      Map<String, Optional<String>> changes =
          wanted.environment.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      entry -> Optional.ofNullable(entry.getValue().value()),
                      (a, b) -> b,
                      TreeMap::new));
      EnvironmentEdits edits = new EnvironmentEdits(wanted.clearEnvironment, changes);
      return cookie == null
          ? edits
          : edits.with(Cookies.NAME, cookie.substring(Cookies.NAME.length() + 1));
    }
  }

  private static Stdio input(InputSource source) {
    if (source instanceof InputSource.Empty) {
      return Stdio.NULL;
    } else if (source instanceof InputSource.Inherit) {
      return Stdio.INHERIT;
    } else if (source instanceof InputSource.FromFile file) {
      return new Stdio.Source(file.path().toFile());
    }
    return Stdio.PIPE;
  }

  SpawnEngine engine() {
    return settings.engine;
  }
}
