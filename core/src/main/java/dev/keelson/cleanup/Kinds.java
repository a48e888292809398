/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * The kinds that a registry has made, so that an action is looked into once and not for every
 * registration. A small cache that may forget: weakly, because an action belongs to a class that
 * must be free to be unloaded.
 *
 * <p>Safe for use by multiple threads: a slot is written with a whole, immutable thing, and a race
 * makes two kinds of one action, which is harmless.
 */
final class Kinds {

  private static final int SLOTS = 64;

  private final StripedRegistry registry;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private final WeakReference<Kind<?>>[] slots = new WeakReference[SLOTS]; // of null at first

  /** The one that was made last, which is often the only one. */
  private @Nullable WeakReference<Kind<?>> latest;

  Kinds(StripedRegistry registry) {
    this.registry = registry;
  }

  /** The kind of that action, which is checked if it is new, with such states and owners. */
  <S> Kind<? super S> of(Consumer<? super S> action, Class<?> state, Class<?> owner) {
    Kind<? super S> kind = known(latest, action, state, owner);
    return kind != null ? kind : find(action, state, owner);
  }

  private <S> Kind<? super S> find(Consumer<? super S> action, Class<?> state, Class<?> owner) {
    int slot =
        (System.identityHashCode(action)
                + System.identityHashCode(state)
                + System.identityHashCode(owner))
            & (SLOTS - 1);
    Kind<? super S> kind = known(slots[slot], action, state, owner);
    if (kind == null) {
      Captures.check(action);
      kind = new Kind<>(registry, action, state, owner);
      latest = new WeakReference<>(kind);
      slots[slot] = latest;
    }
    return kind;
  }

  @SuppressWarnings("unchecked") // a kind found by its action has that action's type
  private static <S> @Nullable Kind<? super S> known(
      @Nullable WeakReference<Kind<?>> reference,
      Consumer<? super S> action,
      Class<?> state,
      Class<?> owner) {
    Kind<?> kind = reference == null ? null : reference.get();
    return kind != null && kind.is(action, state, owner) ? (Kind<? super S>) kind : null;
  }
}
