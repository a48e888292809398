/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * What the nodes of one action in one registry share, for states and owners of one class each: that
 * spares each of them a field, and the questions that classes answer are asked once. A node that is
 * followed has a kind of its own, with its track. Immutable.
 */
final class Kind<S> {

  final StripedRegistry registry;
  final Consumer<? super S> action;
  private final Class<?> state;
  private final Class<?> owner;

  /**
   * Whether the classes alone say that the state does not hold the owner directly; also where
   * nobody asks, as that looks into the state's class.
   */
  final boolean harmless;

  /** What follows the one node of this kind; null for most. */
  final @Nullable Track track;

  Kind(StripedRegistry registry, Consumer<? super S> action, Class<?> state, Class<?> owner) {
    this.registry = registry;
    this.action = action;
    this.state = state;
    this.owner = owner;
    harmless = action == CleanupRealm.RUN || Holdings.isHarmless(state, owner);
    track = null;
  }

  private Kind(Kind<S> kind, Track track) {
    registry = kind.registry;
    action = kind.action;
    state = kind.state;
    owner = kind.owner;
    harmless = kind.harmless;
    this.track = track;
  }

  /** The same, for one node that is followed. */
  Kind<S> with(Track itsTrack) {
    return new Kind<>(this, itsTrack);
  }

  /** The class that says what is done. */
  Class<?> named() {
    return action == CleanupRealm.RUN ? state : action.getClass();
  }

  boolean is(Consumer<?> itsAction, Class<?> itsState, Class<?> itsOwner) {
    return action == itsAction && state == itsState && owner == itsOwner;
  }
}
