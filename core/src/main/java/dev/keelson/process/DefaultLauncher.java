/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.threads.Daemons;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.annotation.Nullable;

/** The launcher that starts real processes. */
final class DefaultLauncher implements Launcher {

  /*
   * Closing against starting: a start puts its child into `live` (started) and then looks at `closed` (isClosed); close() sets `closed` and then ends
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
        settings.maxConcurrent == Integer.MAX_VALUE
            ? null
            : new Permits(settings.engine.time(), settings.maxConcurrent);
    events = new Events(new Callbacks(settings.executor), settings.listener);
    LiveChildren.of(this);
  }

  static DefaultLauncher system() {
    return new DefaultLauncher(
        new Settings(Engines.chosen(), true, Integer.MAX_VALUE, null, Daemons.workers(), null),
        false);
  }

  /** The engine of a launcher of ours; the chosen one for any other. */
  static SpawnEngine engineOf(Launcher launcher) {
    return launcher instanceof DefaultLauncher ours ? ours.settings.engine : Engines.of(launcher);
  }

  @Override
  public Result run(Command command) throws CommandException, InterruptedException {
    requirePlainStreams(command);
    Start start = new Start(this, command);
    start.awaitPlaces(1);
    ChildProcess child = start.go(null, null);
    try {
      child.execution().driver().drive();
    } catch (RuntimeException | Error e) {
      child.execution().abort(e); // nobody else sees to it
      throw e;
    }
    return child.execution().outcome().get();
  }

  @Override
  public Child start(Command command) throws CommandException, InterruptedException {
    requireNonNull(command, "command");
    Start start = new Start(this, command);
    start.awaitPlaces(1);
    ChildProcess child = start.go(null, null);
    start.watch(child);
    try {
      return new StartedChild(child);
    } catch (RuntimeException | Error e) {
      child.execution().abort(e); // nobody has it
      throw e;
    }
  }

  @Override
  public CompletableFuture<Result> runAsync(Command command) {
    requirePlainStreams(command);
    Start start = new Start(this, command);
    CommandFuture future = new CommandFuture(events.callbacks());
    Runnable over = settings.engine.time().awaited();
    future.whenComplete((result, failure) -> over.run());
    start.whenPlaces(
        1,
        () -> {
          try {
            begin(start, future);
          } catch (CommandException | RuntimeException | Error e) {
            future.fail(e);
          }
        },
        future);
    return future;
  }

  private static void begin(Start start, CommandFuture future) throws CommandException {
    ChildProcess child = start.go(null, null);
    start.watch(child); // first: what is short is to be told as such
    try {
      future.follow(child);
    } catch (RuntimeException | Error e) {
      child.execution().abort(e); // nobody has it
      throw e;
    }
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
    Runnable over = settings.engine.time().awaited();
    future.whenComplete((result, failure) -> over.run());
    settings
        .engine
        .time()
        .execute(
            () -> {
              try {
                PipelineRun.start(this, pipeline, future);
              } catch (RuntimeException | Error e) {
                future.fail(e);
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
    Flight.asked();
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
    try {
      for (ChildProcess child : live) {
        child.endSoon(Cause.CLOSED);
      }
    } finally {
      if (permits != null) {
        permits.open(); // those who wait for a place see that it is closed
      }
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

  void requireOpen() {
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

  Settings settings() {
    return settings;
  }

  Events events() {
    return events;
  }

  /** Its places; null where there is no limit. */
  @Nullable
  Permits permits() {
    return permits;
  }

  /** A child of its own was started; see the race above. */
  void started(ChildProcess child) {
    live.add(child);
  }

  void ended(ChildProcess child) {
    live.remove(child);
  }

  boolean isClosed() {
    return closed;
  }
}
