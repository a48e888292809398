/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * Commands of which each reads what the one before it writes, connected by the system: no byte
 * passes through this process.
 *
 * <p>Immutable and reusable. The first member's stdin and the last one's stdout are as their
 * commands say; what the others say of those is not used. Each member's stderr is its own.
 *
 * <p>The result is the last member's, and {@link Result#results()} has all. A pipeline fails if any
 * member does ("pipefail"), the last one that did being named; a member that ended by SIGPIPE
 * because the next one did not want more has not failed. There is one deadline, the earliest of the
 * members' and the pipeline's own, and one teardown, of all members.
 */
public final class Pipeline {

  private final List<Command> commands;
  private final @Nullable Duration timeout;

  Pipeline(List<Command> commands) {
    this(commands, null);
  }

  private Pipeline(List<Command> commands, @Nullable Duration timeout) {
    this.commands = List.copyOf(commands);
    this.timeout = timeout;
  }

  /**
   * A pipeline of these commands.
   *
   * @throws IllegalArgumentException if there are fewer than two
   */
  public static Pipeline of(List<Command> commands) {
    requireNonNull(commands, "commands");
    if (commands.size() < 2) {
      throw new IllegalArgumentException(
          "commands has " + commands.size() + " elements; a pipeline needs two or more");
    }
    return new Pipeline(commands);
  }

  /** This pipeline with one more command at its end. */
  public Pipeline pipe(Command next) {
    requireNonNull(next, "next");
    return new Pipeline(Stream.concat(commands.stream(), Stream.of(next)).toList(), timeout);
  }

  /** How long everything may take, whatever the launcher's default; see {@link Command#timeout}. */
  public Pipeline timeout(Duration timeout) {
    Durations.nanos("timeout", timeout);
    return new Pipeline(commands, timeout);
  }

  /** Its commands, in order. */
  public List<Command> commands() {
    return commands;
  }

  @Nullable
  Duration timeout() {
    return timeout;
  }

  /** Runs it on {@link Launcher#system}; see {@link Launcher#run(Pipeline)}. */
  public Result run() throws CommandException, InterruptedException {
    return Launcher.system().run(this);
  }

  /**
   * Runs it on {@link Launcher#system} without waiting; see {@link Launcher#runAsync(Pipeline)}.
   */
  public CompletableFuture<Result> runAsync() {
    return Launcher.system().runAsync(this);
  }

  /** The members as a shell would read them, secrets masked. */
  @Override
  public String toString() {
    return commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
  }
}
