/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * Runs commands. {@link #system} is there for everybody; {@link #builder} makes one with limits,
 * defaults and a listener of its own, whose {@link #close} ends its children.
 *
 * <p>It is an interface so that tests can put another one in its place: give it to your code, or
 * {@link #override} the system's.
 *
 * <p><b>Thread safety.</b> Launchers are safe for use by multiple threads.
 */
public interface Launcher extends AutoCloseable {

  /**
   * The launcher of the whole JVM, with every default; or what {@link #override} put in its place.
   * It cannot be closed.
   *
   * @throws IllegalArgumentException if the system property {@code keelson.engine} names no engine
   * @throws UnsupportedOperationException if it names one that cannot run here; the message says
   *     why
   */
  static Launcher system() {
    return SystemLauncher.current();
  }

  /**
   * Puts another launcher in the place of {@link #system}, for all threads, until the scope is
   * closed. For tests; scopes are closed in reverse order.
   */
  static Substitution override(Launcher launcher) {
    return SystemLauncher.override(requireNonNull(launcher, "launcher"));
  }

  /** A new builder. */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Runs a command on the calling thread's time: starts it, waits until it and its outputs are
   * over, and gives the result.
   *
   * @throws LaunchException if it could not be started; the kinds are its subclasses
   * @throws CommandFailedException if it did not end as {@link Command#expectExit} says
   * @throws CommandTimedOutException if its timeout or idle timeout passed; the tree was ended
   * @throws OutputLimitException if it wrote more than {@link Command#maxOutput}; the tree was
   *     ended
   * @throws CommandCancelledException if this launcher was closed meanwhile
   * @throws CommandException if a consumer, sink or input failed; the tree was ended
   * @throws InterruptedException if this thread is interrupted; the tree was ended, within the
   *     grace, which a second interrupt skips
   * @throws IllegalStateException if this launcher is closed
   */
  Result run(Command command) throws CommandException, InterruptedException;

  /** Runs a pipeline, likewise; the result is the last member's. */
  Result run(Pipeline pipeline) throws CommandException, InterruptedException;

  /**
   * Runs a command without waiting. The future is completed on this launcher's executor; it fails
   * with what {@link #run(Command)} throws, as it is; stages derived from it wrap that in a {@link
   * java.util.concurrent.CompletionException} as usual. It is a {@link CommandFuture}: cancelling
   * or completing it, by {@code orTimeout} too, begins to end the tree.
   */
  CompletableFuture<Result> runAsync(Command command);

  /** Runs a pipeline without waiting, likewise. */
  CompletableFuture<Result> runAsync(Pipeline pipeline);

  /**
   * Starts a command and returns at once; waits only for a free place.
   *
   * @throws LaunchException if it could not be started
   * @throws CommandTimedOutException if its timeout passed while it waited for a free place
   * @throws InterruptedException if this thread is interrupted when this is called or while it
   *     waits for a free place; nothing was started
   * @throws IllegalStateException if this launcher is closed
   */
  Child start(Command command) throws CommandException, InterruptedException;

  /** What is promised here. */
  Capabilities capabilities();

  /** The live children of this launcher; a snapshot. */
  default Set<Child> children() {
    return Set.of();
  }

  /**
   * Ends all live children that are not detached, in parallel, and returns when they are gone; what
   * waits for a result gets a {@link CommandCancelledException}, and what waits for a free place an
   * {@link IllegalStateException}. Idempotent.
   *
   * @throws UnsupportedOperationException for {@link #system}
   */
  @Override
  void close();

  /** The time during which a test's launcher stands in for {@link #system}. */
  interface Substitution extends AutoCloseable {
    /**
     * Ends it. Idempotent.
     *
     * @throws IllegalStateException if a scope that was opened later is still open
     */
    @Override
    void close();
  }

  /** Builds a {@link Launcher}. Not safe for use by multiple threads. */
  final class Builder {
    private Supplier<SpawnEngine> engine = Engines::chosen;
    private boolean orphanGuard = true;
    private int maxConcurrent = Integer.MAX_VALUE;
    private @Nullable Duration defaultTimeout;
    private Executor executor = Daemons.workers();
    private @Nullable LaunchListener listener;

    private Builder() {}

    /**
     * The engine: {@code auto}, {@code portable} or {@code linux}; what the system property {@code
     * keelson.engine} says unless set, and {@code auto} without that.
     *
     * @throws IllegalArgumentException at {@link #build} if there is no such engine
     * @throws UnsupportedOperationException at {@link #build} if it cannot run here
     */
    public Builder engine(String name) {
      requireNonNull(name, "name");
      engine = () -> Engines.named(name);
      return this;
    }

    Builder engine(SpawnEngine ready) {
      engine = () -> ready;
      return this;
    }

    /**
     * Whether trees end when this JVM dies by any means; true unless set. If not, they outlive its
     * orderly exit, too. Where no {@link Guarantee#ORPHAN_GUARD} can be had, an orderly exit ends
     * them all the same, and nothing does if this JVM is killed.
     */
    public Builder orphanGuard(boolean guarded) {
      orphanGuard = guarded;
      return this;
    }

    /**
     * How many children may live at a time; further ones wait, first come first served, within
     * their timeout. No limit unless set. With one, a start that the system refuses for want of
     * processes, descriptors or memory is tried again for a quarter of a second.
     *
     * @throws IllegalArgumentException if less than 1
     */
    public Builder maxConcurrent(int children) {
      if (children < 1) {
        throw new IllegalArgumentException(
            "maxConcurrent is " + children + "; at least one child must be allowed to live");
      }
      maxConcurrent = children;
      return this;
    }

    /** The timeout of commands that set none; none unless set. */
    public Builder defaultTimeout(Duration timeout) {
      Durations.nanos("defaultTimeout", timeout);
      defaultTimeout = timeout;
      return this;
    }

    /**
     * Where futures are completed and the listener is called; a pool of daemon threads of Keelson's
     * unless set. Nothing that a result depends on runs there: an executor that is busy delays
     * callbacks and futures; what it rejects runs on a thread of Keelson's instead.
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /** Who is told of what the launcher does. */
    public Builder listener(LaunchListener listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /** The launcher. Its user closes it. */
    public Launcher build() {
      return new DefaultLauncher(
          new DefaultLauncher.Settings(
              engine.get(), orphanGuard, maxConcurrent, defaultTimeout, executor, listener));
    }
  }
}
