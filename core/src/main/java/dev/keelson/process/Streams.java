/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Time;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * The streams of one execution. Each is carried by us, is a pipe that is the user's, or goes past
 * both to where the command sends it. Safe for use by multiple threads once they are carried.
 */
final class Streams {

  private final CommandSettings settings;
  private final Spawned process;
  private final Output out;
  private final Output err;

  /** Where the input is carried. */
  private final @Nullable InputFeeder feeder;

  Streams(
      Time time,
      CommandSettings settings,
      Spawned process,
      Output out,
      Output err,
      Consumer<Throwable> inputFailed) {
    this.settings = settings;
    this.process = process;
    this.out = out;
    this.err = err;
    feeder =
        process.stdin() == null || inputIsUsers()
            ? null
            : new InputFeeder(time, requireNonNull(process.stdin()), inputFailed);
  }

  Output out() {
    return out;
  }

  Output err() {
    return err;
  }

  // What is carried

  /** How many outputs are carried, each of which comes to an end of its own. */
  int carriedOutputs() {
    return (out.isCarried() ? 1 : 0) + (err.isCarried() && !settings.mergeStderr ? 1 : 0);
  }

  /** Begins to carry. Called once, when every other thread may know the execution. */
  void carry(Time time, Output.Owner owner) {
    out.begin(time, process.stdout(), settings.charset, owner);
    err.begin(time, process.stderr(), settings.charset, owner);
    if (feeder != null) {
      feeder.feed(settings.stdin.source(), settings.charset);
    }
  }

  /** Nobody waits any longer for output that is not there yet. */
  void finishOutputs() {
    out.finish();
    err.finish();
  }

  /** Gives up on sinks that do not take what is there. */
  void abandonOutputs() {
    out.abandon();
    err.abandon();
  }

  /** The process is gone, or nobody waits for that any more. */
  void abandonInput() {
    if (feeder != null) {
      feeder.abandon();
    }
    WriteEnd users = usersInput();
    if (users != null) {
      users.close(); // which never waits
    }
  }

  /** Gives everything up, the user's pipes and what was not begun with included. */
  void abandon() {
    abandonOutputs();
    abandonInput();
    Discard.closeEnds(process);
  }

  // What is the user's

  private boolean inputIsUsers() {
    return settings.stdin.source() instanceof InputSource.Pipe;
  }

  /** Whether the user reads one of the outputs. */
  boolean outputsAreUsers() {
    return out.isUsers() || err.isUsers();
  }

  /** The end that is the user's to write, if there is one. */
  @Nullable
  WriteEnd usersInput() {
    return inputIsUsers() ? process.stdin() : null;
  }

  /** The end that is the user's to read, if there is one. */
  @Nullable
  ReadEnd usersOutput() {
    return out.isUsers() ? process.stdout() : null;
  }

  /** The end of its standard error that is the user's to read, if there is one. */
  @Nullable
  ReadEnd usersError() {
    return err.isUsers() ? process.stderr() : null;
  }
}
