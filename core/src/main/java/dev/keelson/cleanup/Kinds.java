/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * The kinds that a registry has made, by action, so that an action is looked into once and not for
 * every registration. A small cache that may forget: weakly, because an action belongs to a class
 * that must be free to be unloaded.
 *
 * <p>Safe for use by multiple threads: a slot is written with a whole, immutable thing, and a race
 * makes two kinds of one action, which is harmless.
 */
final class Kinds {

  private static final int SLOTS = 64;

  private final StripedRegistry registry;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private final WeakReference<Kind<?>>[] slots = new WeakReference[SLOTS]; // of null at first

  Kinds(StripedRegistry registry) {
    this.registry = registry;
  }

  /** The kind of that action, which is checked if it is new. */
  @SuppressWarnings("unchecked") // a kind found by its action has that action's type
  <S> Kind<? super S> of(Consumer<? super S> action) {
    int slot = System.identityHashCode(action) & (SLOTS - 1);
    @Nullable WeakReference<Kind<?>> known = slots[slot];
    if (known != null) {
      Kind<?> kind = known.get();
      if (kind != null && kind.action == action) {
        return (Kind<? super S>) kind;
      }
    }
    return make(action, slot);
  }

  private <S> Kind<S> make(Consumer<? super S> action, int slot) {
    Captures.check(action);
    Kind<S> kind = new Kind<>(registry, action);
    slots[slot] = new WeakReference<>(kind);
    return kind;
  }
}
