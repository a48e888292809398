/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Daemons;
import java.lang.ref.Cleaner;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** A registration of a {@link CleanerRegistry}. Taking its state decides who runs the action. */
final class CleanerEntry<S> implements Entry<S>, Runnable {

  /*
   * States
   * ------
   *   WAITING  state != null: the registry's set and the Cleaner's list hold it
   *   OVER     state == null: somebody has taken the state, and runs the action, has run it, or has detached it
   *
   *   WAITING -> OVER   in claim(), by one atomic exchange: clean, detach, the Cleaner, the exit and the close of the realm race for
   *                     it, and one of them gets the state. There is no way back.
   *
   * This is also the Cleaner's action for the owner. Whoever ends it early tells the Cleaner to let go by running that action, which
   * finds the state gone.
   */

  private final CleanerRegistry registry;
  private final Consumer<? super S> action;
  private final Class<?> named;
  private final @Nullable Track track;

  /** The state; null once somebody has claimed it. */
  private final AtomicReference<S> state;

  /** Set before anybody but the Cleaner knows this. */
  private volatile @Nullable Cleaner.Cleanable cleanable;

  /** Whether the exit knows this; see {@link ExitActions}. */
  private volatile boolean marked;

  CleanerEntry(
      CleanerRegistry registry, S state, Consumer<? super S> action, @Nullable Track track) {
    this.registry = registry;
    this.state = new AtomicReference<>(state);
    this.action = action;
    named = (action == CleanupRealm.RUN ? state : action).getClass();
    this.track = track;
  }

  void attach(Cleaner.Cleanable made) {
    cleanable = made;
  }

  private @Nullable S claim() {
    S last = state.getAndSet(null);
    if (last != null) {
      registry.over(this);
      if (marked) {
        ExitActions.forget(this);
      }
    }
    return last;
  }

  /**
   * Called by the Cleaner when the owner is gone, and when we tell it to let go of this; returns
   * whether the action was still to be run.
   */
  boolean collected() {
    registry.begins();
    try {
      S last = claim();
      if (last != null) {
        registry.runner = Thread.currentThread();
        try {
          runCollected(last);
        } finally {
          registry.runner = null;
        }
      }
      return last != null;
    } finally {
      registry.ends();
    }
  }

  /** The Cleaner's own action. */
  @Override
  public void run() {
    collected();
  }

  private void runCollected(S last) {
    String label = track == null ? "" : Leaks.label(last);
    try {
      action.accept(last);
    } catch (Throwable e) { // the Cleaner would swallow it
      Daemons.complain(CleanerEntry.class, "a cleanup action failed: " + describe(), e);
    }
    if (track != null) {
      registry.leaks().found(track, label);
    }
  }

  private void letGo() {
    Cleaner.Cleanable known = cleanable;
    if (known != null) {
      try {
        known.clean(); // comes to collected(), which finds nothing to do
      } catch (OutOfMemoryError | StackOverflowError e) {
        // The state, which is taken, must not get lost here. At worst the Cleaner keeps this until
        // the owner is gone.
      }
    }
  }

  /** It could not be registered to the end: nobody is to run it. */
  void giveUp() {
    if (claim() != null) {
      letGo();
    }
  }

  @Override
  public boolean clean() {
    S last = claim();
    if (last == null) {
      return false;
    }
    letGo();
    action.accept(last);
    return true;
  }

  @Override
  public void close() {
    clean();
  }

  @Override
  public Optional<S> detach() {
    Optional<S> last = Optional.ofNullable(claim());
    if (last.isPresent()) {
      letGo();
    }
    return last;
  }

  @Override
  public Optional<S> peek() {
    return Optional.ofNullable(state.get());
  }

  @Override
  public boolean isAlive() {
    return state.get() != null;
  }

  @Override
  public Registration<S> atExit(boolean run) {
    ExitActions.mark(
        this,
        run,
        now -> {
          marked = now;
          return isAlive();
        });
    return this;
  }

  @Override
  public void touch(String hint) {
    requireNonNull(hint, "hint");
    if (track != null) {
      track.use(hint);
    }
  }

  @Override
  public String describe() {
    return named.getName() + " in realm " + registry.leaks().realm();
  }

  @Override
  public String toString() {
    return "Registration[" + describe() + (isAlive() ? "]" : ", over]");
  }
}
