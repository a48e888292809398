/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.WeakReference;
import java.util.function.Consumer;

/**
 * Several actions of one owner. When the owner is collected, or this is closed, those that still
 * wait run one after the other on one thread, the latest registered first. Made by {@link
 * CleanupRealm#scope}.
 *
 * <p>It does not keep the owner alive. Its actions run whether or not those before them throw; what
 * the first to fail threw comes out at the end.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * <p>Memory consistency effects: what a thread did before {@link #register} <i>happens-before</i>
 * the action.
 */
public final class CleanupScope implements AutoCloseable {

  private final WeakReference<Object> owner;
  private final Steps steps;
  private final Registration<Steps> whole;

  private final LeakLevel level;

  /** Whether a {@link #clean} failed: there may be steps that it left behind. */
  private volatile boolean failed;

  private CleanupScope(
      WeakReference<Object> owner, Steps steps, Registration<Steps> whole, LeakLevel level) {
    this.owner = owner;
    this.level = level;
    this.steps = steps;
    this.whole = whole;
  }

  static CleanupScope open(CleanupRealm realm, Object owner) {
    Steps steps = new Steps(realm.name());
    return new CleanupScope(
        new WeakReference<>(owner),
        steps,
        realm.register(owner, steps, Steps::runAll),
        realm.leakLevel());
  }

  /**
   * Adds an action, which runs before those added so far.
   *
   * @return the one action's registration: closing it runs that action alone, now
   * @throws CapturingActionException if the action captures, or the state is or directly holds the
   *     owner
   * @throws IllegalStateException if this is closed, or the owner gone
   */
  public <S> Registration<S> register(S state, Consumer<? super S> action) {
    Object alive = owner.get();
    if (alive == null || !whole.isAlive()) {
      throw new IllegalStateException(
          "the scope is over: it was closed, or its owner collected; register before that");
    }
    Checks.notNull(alive, state, action);
    Captures.check(action);
    Checks.notHeld(alive, state, level);
    return steps.add(whole, state, action);
  }

  /** How many of its actions wait. */
  public int size() {
    return steps.size();
  }

  /** Whether the scope as a whole is open; see {@link Registration#isAlive}. */
  public boolean isAlive() {
    return whole.isAlive();
  }

  /** As {@link Registration#atExit}, for the scope as a whole. */
  public CleanupScope atExit(boolean run) {
    whole.atExit(run);
    return this;
  }

  /**
   * Runs what waits, the latest first, unless somebody else does.
   *
   * @return whether this call ran it
   */
  public boolean clean() {
    try {
      return whole.clean() || (failed && steps.resume());
    } catch (Throwable e) {
      failed = true;
      throw e;
    }
  }

  /** As {@link #clean}. Idempotent. */
  @Override
  public void close() {
    clean();
  }

  @Override
  public String toString() {
    return "CleanupScope[" + size() + " actions" + (isAlive() ? "]" : ", over]");
  }
}
