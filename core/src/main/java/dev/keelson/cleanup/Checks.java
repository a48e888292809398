/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static java.util.Objects.requireNonNull;

import javax.annotation.Nullable;

/**
 * What every way into this package checks, each with a message that names the argument, its value
 * and the fix.
 */
final class Checks {

  /** How deep {@link LeakLevel#PARANOID} looks. */
  private static final int DEEP = 1_000;

  private Checks() {}

  static void notNull(@Nullable Object owner, @Nullable Object state, @Nullable Object action) {
    requireNonNull(owner, "owner");
    requireNonNull(state, "state is null; give what the action needs to clean up");
    requireNonNull(action, "action");
    if (state == owner) {
      throw ownerItself("state", owner);
    }
  }

  static CapturingActionException ownerItself(String argument, Object owner) {
    return new CapturingActionException(
        argument
            + " is the owner itself, a "
            + owner.getClass().getName()
            + ", which could then never be collected; give what is to be cleaned up, apart from"
            + " the owner",
        "",
        owner.getClass().getTypeName());
  }

  /** Refuses a state that directly holds its owner, as far as that can be seen. */
  static void directlyHeld(Object owner, Object state) {
    refuse(owner, state, Holdings.find(state, owner, 1));
  }

  /** Refuses a state from which its owner is reached, as far as that can be seen. */
  static void reachable(Object owner, Object state) {
    refuse(owner, state, Holdings.find(state, owner, DEEP));
  }

  /** Either, by the level. */
  static void notHeld(Object owner, Object state, LeakLevel level) {
    if (level == LeakLevel.PARANOID) {
      reachable(owner, state);
    } else if (!Holdings.isHarmless(state.getClass(), owner.getClass())) {
      directlyHeld(owner, state);
    }
  }

  private static void refuse(Object owner, Object state, @Nullable String way) {
    if (way != null) {
      throw new CapturingActionException(
          "state is a "
              + state.getClass().getName()
              + " that holds the owner, a "
              + owner.getClass().getName()
              + ", by "
              + way
              + ": the owner could then never be collected; give the action only what is to be"
              + " cleaned up (a static nested class or a record, apart from the owner)",
          way.startsWith(".") ? way.substring(1) : way,
          owner.getClass().getTypeName());
    }
  }

  /** Where a drain would wait for the action that calls it. */
  static IllegalStateException drainedByItself(String realm) {
    return new IllegalStateException(
        "drain() was called by a cleanup action of realm "
            + realm
            + ", for which it would wait; call it from another thread");
  }

  static IllegalStateException closed(String realm) {
    return new IllegalStateException(
        "realm " + realm + " is closed; register before it is closed, or in another realm");
  }
}
