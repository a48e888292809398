/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/** The public face of an {@link Execution}. */
final class ChildProcess implements Child, CommandFuture.Running {

  private final Execution execution;
  private final Events events;
  private final @Nullable OutputStream stdin;
  private final @Nullable InputStream stdout;
  private final @Nullable InputStream stderr;

  ChildProcess(Execution execution, Events events) {
    this.execution = execution;
    this.events = events;
    Streams streams = execution.streams();
    WriteEnd input = streams.usersInput();
    stdin = input == null ? null : new PipeOutputStream(input, this);
    stdout = PipeInputStream.over(streams.usersOutput(), this);
    stderr = PipeInputStream.over(streams.usersError(), this);
  }

  Execution execution() {
    return execution;
  }

  /** Lets the shared timer drive it; if no thread for that can be had, it is ended. */
  void watch() {
    try {
      execution.driver().watch();
    } catch (RuntimeException | Error e) {
      execution.abort(e);
      throw e;
    }
  }

  @Override
  public long pid() {
    return execution.process().pid();
  }

  @Override
  public Command command() {
    return execution.command();
  }

  @Override
  public Instant startedAt() {
    return execution.process().startedAt();
  }

  @Override
  public OutputStream stdin() {
    return piped(stdin, "stdin", "stdin(Stdin.pipe())");
  }

  @Override
  public InputStream stdout() {
    return piped(stdout, "stdout", "stdout(Stdout.pipe())");
  }

  @Override
  public InputStream stderr() {
    return piped(stderr, "stderr", "stderr(Stdout.pipe())");
  }

  private <S> S piped(@Nullable S stream, String name, String fix) {
    if (stream == null) {
      throw new IllegalStateException(
          name + " of " + command() + " is not piped; say ." + fix + " on the command");
    }
    return stream;
  }

  @Override
  public Stream<String> stdoutLines() {
    return stdoutLines(this);
  }

  /** Of either handle; the lines keep that one reachable. */
  static Stream<String> stdoutLines(Child child) {
    return new BufferedReader(
            new InputStreamReader(child.stdout(), child.command().settings().charset))
        .lines();
  }

  @Override
  public ExitStatus await() throws InterruptedException {
    execution.driver().awaitExit(Durations.NEVER);
    return execution.exitStatus();
  }

  @Override
  public Optional<ExitStatus> await(Duration timeout) throws InterruptedException {
    return execution.driver().awaitExit(Durations.nanos("timeout", timeout))
        ? Optional.of(execution.exitStatus())
        : Optional.empty();
  }

  @Override
  public Result result() throws CommandException, InterruptedException {
    execution.driver().awaitDone();
    return execution.outcome().get();
  }

  @Override
  public CompletableFuture<ExitStatus> onExit() {
    CompletableFuture<ExitStatus> future = new CompletableFuture<>();
    Runnable complete = () -> complete(future); // made now: then there may be no memory for it
    execution.whenExited(() -> events.callbacks().run(complete));
    return future;
  }

  private void complete(CompletableFuture<ExitStatus> future) {
    while (true) {
      try {
        future.complete(execution.exitStatus());
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // somebody may wait without a deadline
      }
    }
  }

  @Override
  public boolean isAlive() {
    return execution.process().exit() == null;
  }

  @Override
  public boolean signal(String name) throws IOException {
    return signal(Signals.number(name));
  }

  @Override
  public boolean signal(int number) throws IOException {
    return execution.process().signal(Signals.check(number));
  }

  @Override
  public Teardown terminate(Duration grace) {
    return execution.end(Cause.TERMINATED, Durations.nanos("grace", grace));
  }

  @Override
  public Process asProcess() {
    return DropInProcess.over(new PipedView(execution));
  }

  @Override
  public void whenDone(Runnable action) {
    execution.whenDone(action);
  }

  @Override
  public Outcome outcome() {
    return execution.outcome();
  }

  @Override
  public void cancel() {
    execution.endSoon(Cause.CANCELLED, command().settings().graceNanos);
  }

  /** Begins what {@link #close} waits for. */
  void endSoon(Cause why) {
    if (!command().settings().detached) {
      execution.endSoon(why, command().settings().graceNanos);
    }
  }

  @Override
  public void close() {
    if (!command().settings().detached) {
      execution.end(Cause.CLOSED, command().settings().graceNanos);
    }
    Streams streams = execution.streams();
    closeEnd(streams.usersInput());
    closeEnd(streams.usersOutput());
    closeEnd(streams.usersError());
  }

  private static void closeEnd(@Nullable ReadEnd end) {
    if (end != null) {
      end.close();
    }
  }

  private static void closeEnd(@Nullable WriteEnd end) {
    if (end != null) {
      end.close();
    }
  }

  /** Any two handles of one child are equal. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof StartedChild started && started.child() == this);
  }

  @Override
  public int hashCode() {
    return execution.hashCode();
  }

  @Override
  public String toString() {
    return "Child[" + pid() + ", " + command() + (isAlive() ? "" : ", ended") + "]";
  }
}
