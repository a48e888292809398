/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.cleanup.Registration;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * What {@code start()} hands out: a handle that the launcher does not refer to, so that it can be
 * seen to be forgotten while its process runs.
 *
 * <p>Its streams and the futures of {@link #onExit} refer to it: who uses one of them has not
 * forgotten the child. Every method that waits keeps it reachable while it does.
 */
final class StartedChild implements Child {

  private final ChildProcess child;
  private final @Nullable OutputStream stdin;
  private final @Nullable InputStream stdout;
  private final @Nullable InputStream stderr;
  private final @Nullable Registration<?> registration;

  StartedChild(ChildProcess child) {
    this.child = child;
    Streams streams = child.execution().streams();
    WriteEnd input = streams.usersInput();
    stdin = input == null ? null : new PipeOutputStream(input, this);
    stdout = PipeInputStream.over(streams.usersOutput(), this);
    stderr = PipeInputStream.over(streams.usersError(), this);
    registration = ForgottenChildren.follow(this, child.execution());
  }

  @Override
  public long pid() {
    return child.pid();
  }

  @Override
  public Command command() {
    return child.command();
  }

  @Override
  public Instant startedAt() {
    return child.startedAt();
  }

  @Override
  public OutputStream stdin() {
    return stdin == null ? child.stdin() : stdin;
  }

  @Override
  public InputStream stdout() {
    return stdout == null ? child.stdout() : stdout;
  }

  @Override
  public InputStream stderr() {
    return stderr == null ? child.stderr() : stderr;
  }

  @Override
  public Stream<String> stdoutLines() {
    return ChildProcess.stdoutLines(this);
  }

  @Override
  public ExitStatus await() throws InterruptedException {
    try {
      return child.await();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Optional<ExitStatus> await(Duration timeout) throws InterruptedException {
    try {
      return child.await(timeout);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Result result() throws CommandException, InterruptedException {
    try {
      return child.result();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public CompletableFuture<ExitStatus> onExit() {
    CompletableFuture<ExitStatus> future = child.onExit();
    // The execution refers to the future until the exit, and the future by this to the handle.
    var unused = future.whenComplete((status, failure) -> keepReachable());
    return future;
  }

  /** Does nothing, to an object that is there. */
  @SuppressWarnings("ReachabilityFenceUsage") // there is no use that it could follow
  private void keepReachable() {
    Reference.reachabilityFence(this);
  }

  @Override
  public boolean isAlive() {
    return child.isAlive();
  }

  @Override
  public boolean signal(String name) throws IOException {
    return child.signal(name);
  }

  @Override
  public boolean signal(int number) throws IOException {
    return child.signal(number);
  }

  @Override
  public Teardown terminate(Duration grace) {
    try {
      return child.terminate(grace);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** From here on it is a {@link Process}, which may be dropped while it runs. */
  @Override
  public Process asProcess() {
    release();
    return child.asProcess();
  }

  @Override
  public void close() {
    release();
    child.close();
  }

  private void release() {
    if (registration != null) {
      registration.close();
    }
  }

  /** Any two handles of one child are equal. */
  @Override
  public boolean equals(@Nullable Object other) {
    return child.equals(other);
  }

  @Override
  public int hashCode() {
    return child.hashCode();
  }

  ChildProcess child() {
    return child;
  }

  @Override
  public String toString() {
    return child.toString();
  }
}
