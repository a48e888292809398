/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.annotation.CheckReturnValue;
import javax.annotation.Nullable;

/**
 * Leads signals to where a program waits. Immutable: each method returns another one, until {@code
 * to} opens the route.
 *
 * <pre>{@code
 * try (SignalRoute route = SignalRouter.on("TERM", "INT").to(waker, SHUTDOWN)) {
 *   ...
 * }
 *
 * SignalRoute term =
 *     SignalRouter.on("TERM").chain(Chain.AFTER).budget(Duration.ofSeconds(25)).to(waker, SHUTDOWN);
 * SignalRouter.on("INT").second(Duration.ofSeconds(2), SignalRouter.halt(130)).to(waker, SHUTDOWN);
 * }</pre>
 *
 * <p>Many routes may share a signal, each gets it. A signal's place in the JVM is taken with its
 * first route, and given back after its last: exactly what was there before, and only if nobody has
 * put something on top meanwhile. A signal that this process cannot have is an error that says why,
 * never silence.
 *
 * <p>Defaults: the handler before is not called ({@link Chain#NONE}), no budget, no second-signal
 * rule, and actions run on threads of Keelson's.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * <p><b>Limitations.</b> The system merges equal signals that are pending, so a count is of what
 * arrived, not of what was sent; who sent it is not known; different signals may arrive out of
 * order. The JVM starts a thread for each delivery (HotSpot, JDK 17 to 25): without a thread to be
 * had, the signal is lost. Programs that put handlers in place other than by {@code
 * sun.misc.Signal} are not seen.
 */
public final class SignalRouter {

  private final List<String> names;
  private final Chain chain;
  private final long budgetNanos;
  private final long withinNanos;
  private final @Nullable Runnable second;
  private final @Nullable Executor executor;

  private SignalRouter(
      List<String> names,
      Chain chain,
      long budgetNanos,
      long withinNanos,
      @Nullable Runnable second,
      @Nullable Executor executor) {
    this.names = names;
    this.chain = chain;
    this.budgetNanos = budgetNanos;
    this.withinNanos = withinNanos;
    this.second = second;
    this.executor = executor;
  }

  /**
   * Whether this process can have the signal, without touching it.
   *
   * @param name such as {@code TERM} or {@code SIGTERM}
   */
  public static SignalSupport support(String name) {
    return SignalProbe.support(SignalProbe.plainName(requireNonNull(name, "name")));
  }

  /**
   * Begins a route for these signals. A signal's second name is taken, and told, as the first:
   * {@code POLL} as {@code IO}, {@code CLD} as {@code CHLD}, {@code IOT} as {@code ABRT}.
   *
   * @throws IllegalArgumentException if there is none, or one has an empty name
   */
  @CheckReturnValue
  public static SignalRouter on(String... names) {
    Set<String> plain = new LinkedHashSet<>();
    for (String name : requireNonNull(names, "names")) {
      plain.add(SignalProbe.plainName(requireNonNull(name, "name")));
    }
    if (plain.isEmpty()) {
      throw new IllegalArgumentException("names is empty; give a signal such as TERM");
    }
    return new SignalRouter(List.copyOf(plain), Chain.NONE, Durations.NEVER, 0, null, null);
  }

  /** What becomes of the handler before. */
  @CheckReturnValue
  public SignalRouter chain(Chain next) {
    return new SignalRouter(
        names, requireNonNull(next, "next"), budgetNanos, withinNanos, second, executor);
  }

  /**
   * How long the program has from the first signal on, and from the next one after that time was
   * over or the program was done: unless {@link SignalRoute#done} is called or the route closed
   * before, the JVM is then ended by {@link Runtime#halt} with 128 and the signal's number. For
   * {@link Chain#AFTER} the handler before is called instead, which ends the JVM only where it is
   * the JVM's own, as a rule that of TERM, INT and HUP. Give less than whoever sends the signal
   * does: Kubernetes waits 30 s before it kills, Docker 10 s, systemd 90 s, by default.
   *
   * @throws IllegalArgumentException if it is negative
   */
  @CheckReturnValue
  public SignalRouter budget(Duration budget) {
    return new SignalRouter(
        names, chain, Durations.nanos("budget", budget), withinNanos, second, executor);
  }

  /**
   * What to do when another signal of the route follows within that time: somebody is impatient.
   * The JVM itself does nothing about a second signal while it shuts down. {@link #halt} runs at
   * once; any other action on the executor.
   *
   * @throws IllegalArgumentException if the time is negative
   */
  @CheckReturnValue
  public SignalRouter second(Duration within, Runnable action) {
    return new SignalRouter(
        names,
        chain,
        budgetNanos,
        Durations.nanos("within", within),
        requireNonNull(action, "action"),
        executor);
  }

  /** Where actions run; the executor must not run them in its caller. */
  @CheckReturnValue
  public SignalRouter executor(Executor where) {
    return new SignalRouter(
        names, chain, budgetNanos, withinNanos, second, requireNonNull(where, "where"));
  }

  /** Ends the JVM at once, without its shutdown hooks: for {@link #second}. */
  public static Runnable halt(int status) {
    return new Halt(status);
  }

  /**
   * Opens the route: each signal wakes the waker for these reasons.
   *
   * @throws IllegalStateException if a signal cannot be had; it says why, and no signal of the
   *     route is led anywhere
   */
  public SignalRoute to(Waker waker, int reasonBits) {
    requireNonNull(waker, "waker");
    return open(
        new SignalRoute(
            this, (name, count) -> {}, () -> waker.wake(reasonBits) != WakeResult.CLOSED));
  }

  /**
   * Opens the route: each signal calls the action, on the executor. Signals that come while it runs
   * are one more call.
   *
   * @throws IllegalStateException if a signal cannot be had; it says why, and no signal of the
   *     route is led anywhere
   */
  public SignalRoute to(SignalAction action) {
    return open(new SignalRoute(this, requireNonNull(action, "action"), null));
  }

  private SignalRoute open(SignalRoute route) {
    int opened = 0;
    try {
      for (String name : names) {
        Installation.add(name, route);
        opened++;
      }
    } finally {
      if (opened < names.size()) {
        route.close();
      }
    }
    return route;
  }

  List<String> names() {
    return names;
  }

  Chain chain() {
    return chain;
  }

  long budgetNanos() {
    return budgetNanos;
  }

  long withinNanos() {
    return withinNanos;
  }

  @Nullable
  Runnable second() {
    return second;
  }

  Executor executor() {
    return executor == null ? Daemons.workers() : executor;
  }

  /** Needs no thread: it never waits. */
  static final class Halt implements Runnable {
    private final int status;

    Halt(int status) {
      this.status = status;
    }

    @Override
    public void run() {
      Runtime.getRuntime().halt(status);
    }
  }
}
