/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * What the nodes of one action in one registry share: that spares each of them a field. Immutable
 * but for a memory of what was looked at last.
 */
final class Kind<S> {

  final StripedRegistry registry;
  final Consumer<? super S> action;

  /** Plain, because any value is right: a race costs another look. */
  private @Nullable Pair harmless;

  /** A state's class that cannot show an owner of that class. */
  private record Pair(Class<?> state, Class<?> owner) {}

  Kind(StripedRegistry registry, Consumer<? super S> action) {
    this.registry = registry;
    this.action = action;
  }

  /** Whether the classes alone say that the state does not hold the owner directly. */
  boolean isHarmless(Class<?> state, Class<?> owner) {
    Pair known = harmless;
    if (known != null && known.state == state && known.owner == owner) {
      return true;
    }
    if (Holdings.isHarmless(state, owner)) {
      harmless = new Pair(state, owner);
      return true;
    }
    return false;
  }
}
