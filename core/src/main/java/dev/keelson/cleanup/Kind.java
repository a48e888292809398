/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.function.Consumer;

/**
 * What the nodes of one action in one registry share, for states and owners of one class each: that
 * spares each of them a field, and the questions that classes answer are asked once. Immutable.
 */
final class Kind<S> {

  final StripedRegistry registry;
  final Consumer<? super S> action;
  private final Class<?> state;
  private final Class<?> owner;

  /** Whether the classes alone say that the state does not hold the owner directly. */
  final boolean harmless;

  Kind(StripedRegistry registry, Consumer<? super S> action, Class<?> state, Class<?> owner) {
    this.registry = registry;
    this.action = action;
    this.state = state;
    this.owner = owner;
    harmless = Holdings.isHarmless(state, owner);
  }

  boolean is(Consumer<?> itsAction, Class<?> itsState, Class<?> itsOwner) {
    return action == itsAction && state == itsState && owner == itsOwner;
  }
}
