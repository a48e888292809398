/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * Runs actions for owners that were garbage collected, or were closed before.
 *
 * <pre>{@code
 * final class Scratch implements AutoCloseable {
 *   private final Registration<Path> file;
 *
 *   Scratch(Path path) {
 *     file = CleanupRealm.shared().register(this, path, Scratch::delete);
 *   }
 *
 *   private static void delete(Path path) { ... }
 *
 *   public void close() {
 *     file.close();
 *   }
 * }
 * }</pre>
 *
 * <p>The action gets a state that stands apart from the owner, and refers to nothing else: a static
 * method, or a lambda that uses only its argument. One that captures anything is refused, and so is
 * a state that is the owner or directly holds it, because an owner that its own action keeps alive
 * is never collected. How far a state is looked into depends on what may be read: its fields where
 * its package is open to Keelson (always, on the class path), arrays, and the JDK's common
 * containers.
 *
 * <p>An action runs once, on the thread that closes its registration or on a daemon thread of
 * Keelson's. It should be quick. One that blocks there is reported after a second ({@link
 * Builder#slowAfter}) with its stack, and the actions of other owners are run beside it; when nine
 * block at the same time, the others wait. What an action throws is thrown to who closes; elsewhere
 * it is logged. Actions of different registrations run in no certain order: {@link #scope} is for
 * several actions of one owner.
 *
 * <p>Owners that are collected without having been closed are reported, see {@link LeakLevel}.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads. No lock is held while an action or
 * listener runs, and a virtual thread is not pinned.
 *
 * <p>Memory consistency effects: what a thread did before {@link #register} <i>happens-before</i>
 * the action.
 *
 * <p><b>Resources.</b> All realms but those {@linkplain #over over} a Cleaner share one daemon
 * thread. It starts with the first registration, has no context class loader, and ends when no
 * realm has had a registration for some seconds. A registration takes 44 bytes on a heap with
 * compressed references. A realm that has registrations is kept reachable until they are over.
 *
 * <p><b>Limitations.</b> The collector runs when it likes, or never: what must be cleaned up must
 * be closed. A realm that is not closed keeps the classes of the actions that wait, and what their
 * states refer to; where an owner is held by a static field of the same loader, only {@link #close}
 * gets that loader unloaded.
 */
public final class CleanupRealm implements AutoCloseable {

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The action of all that are unchecked; what they do is their state. */
  static final Consumer<Runnable> RUN = Runnable::run;

  /** The realm of the whole JVM, made when it is asked for. */
  private static final class Shared {
    static final CleanupRealm REALM = builder().name("shared").build(false);
  }

  private final Leaks leaks;
  private final Registry registry;
  private final boolean closeable;

  CleanupRealm(Leaks leaks, Registry registry, boolean closeable) {
    this.leaks = leaks;
    this.registry = registry;
    this.closeable = closeable;
  }

  /** The realm for everybody. It cannot be closed. */
  public static CleanupRealm shared() {
    return Shared.REALM;
  }

  /** A realm of one's own: for a plug-in that is to be unloaded, a test, a subsystem. */
  public static CleanupRealm named(String name) {
    return builder().name(name).build();
  }

  /**
   * A realm on a Cleaner of the caller's: same checks, same registrations, same reports. The
   * Cleaner's thread runs the actions, so that one that blocks holds up the others, and closing the
   * realm leaves the Cleaner as it is.
   */
  public static CleanupRealm over(Cleaner cleaner) {
    return builder().name("cleaner").cleaner(cleaner).build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Lets {@code action} run with {@code state} when {@code owner} is collected, or before.
   *
   * @param owner whose end is waited for; it is not kept alive
   * @param state what the action needs; it is kept alive until the registration is over
   * @param action what is done; it must not capture
   * @throws CapturingActionException if the action captures, or the state is or directly holds the
   *     owner
   * @throws IllegalStateException if this realm is closed
   * @throws OutOfMemoryError if no thread can be had; then nothing is registered
   */
  public <S> Registration<S> register(Object owner, S state, Consumer<? super S> action) {
    Checks.notNull(owner, state, action);
    return registry.register(owner, state, action, true);
  }

  /**
   * As {@link #register}, for an action that nobody looks into. If it refers to the owner in any
   * way, the owner is never collected and the action runs only if somebody closes the registration.
   *
   * @throws CapturingActionException if the action is the owner
   * @throws IllegalStateException if this realm is closed
   */
  public Registration<Runnable> registerUnchecked(Object owner, Runnable action) {
    requireNonNull(owner, "owner");
    requireNonNull(action, "action");
    if (action == owner) {
      throw Checks.ownerItself("action", owner);
    }
    return registry.register(owner, action, RUN, false);
  }

  /**
   * Several actions for one owner, which run one after the other, the latest registered first, when
   * the owner is collected or the scope closed.
   *
   * @throws IllegalStateException if this realm is closed
   */
  public CleanupScope scope(Object owner) {
    requireNonNull(owner, "owner");
    return CleanupScope.open(this, owner);
  }

  /** Its name. */
  public String name() {
    return leaks.realm();
  }

  /** How many registrations wait. Counted without stopping anybody. */
  public long size() {
    return registry.size();
  }

  /** How closely it follows its registrations. */
  public LeakLevel leakLevel() {
    return leaks.level();
  }

  /** What was found of leaks so far: one report for each of the first 256 places. */
  public List<LeakReport> leaks() {
    return leaks.reports();
  }

  /** How many leaks were found at other places than those. */
  public long leaksElsewhere() {
    return leaks.elsewhere();
  }

  /**
   * Waits until the actions of all owners that the JVM has handed over as collected have run. It
   * makes no collection happen. An owner that a collection found dead a moment ago may not have
   * been handed over yet: a test that wants certainty waits for what the action does.
   *
   * <p>A realm {@linkplain #over over} a Cleaner waits only for the action that runs.
   *
   * @param timeout how long at most; zero waits no longer than a moment, which is what a look takes
   * @return false if it took longer
   * @throws IllegalStateException if an action calls this, which would wait for itself
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    return registry.drain(Durations.nanos("timeout", timeout));
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return registry.isClosed();
  }

  /**
   * Refuses registrations from now on and runs every action that waits, on the calling thread, in
   * no certain order. An action that somebody else is running is not waited for ({@link #drain}
   * does that for the collector's). If actions throw, the others run none the less, and then the
   * first failure is thrown, with the next as suppressed ones. Idempotent; an action may call it.
   *
   * @throws UnsupportedOperationException if this is the shared realm
   */
  @Override
  public void close() {
    if (!closeable) {
      throw new UnsupportedOperationException(
          "the shared realm belongs to the whole JVM and cannot be closed; use a realm of your own:"
              + " CleanupRealm.named(...)");
    }
    registry.close();
  }

  @Override
  public String toString() {
    return "CleanupRealm[" + name() + ", " + size() + (isClosed() ? " left, closed]" : " waiting]");
  }

  /** Makes realms. Not safe for use by multiple threads. */
  public static final class Builder {

    private String name = "unnamed";
    private @Nullable LeakLevel level;
    private @Nullable LeakListener listener;
    private @Nullable Cleaner cleaner;
    private long slowNanos = SLOW_NANOS;

    private Builder() {}

    /** What reports call it. */
    public Builder name(String realm) {
      requireNonNull(realm, "name");
      if (realm.isBlank()) {
        throw new IllegalArgumentException("name is \"" + realm + "\"; reports need a name");
      }
      name = realm;
      return this;
    }

    /** How closely it follows its registrations; the default is in {@link LeakLevel}. */
    public Builder leakLevel(LeakLevel leakLevel) {
      level = requireNonNull(leakLevel, "leakLevel");
      return this;
    }

    /** Who is told of leaks, instead of the log. */
    public Builder leakListener(LeakListener leakListener) {
      listener = requireNonNull(leakListener, "leakListener");
      return this;
    }

    /** See {@link CleanupRealm#over}. */
    public Builder cleaner(Cleaner itsCleaner) {
      cleaner = requireNonNull(itsCleaner, "cleaner");
      return this;
    }

    /**
     * How long an action may take on Keelson's thread before it is reported and others are run
     * beside it; one second unless set. Means nothing to a realm over a Cleaner.
     */
    public Builder slowAfter(Duration duration) {
      slowNanos = Durations.nanos("slowAfter", duration);
      return this;
    }

    /** A new realm. */
    public CleanupRealm build() {
      return build(true);
    }

    private CleanupRealm build(boolean closeable) {
      Leaks leaks = new Leaks(name, level == null ? LeakLevel.standard() : level, listener);
      Registry registry =
          cleaner == null
              ? new StripedRegistry(leaks, slowNanos)
              : new CleanerRegistry(leaks, cleaner);
      return new CleanupRealm(leaks, registry, closeable);
    }
  }
}
