/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A realm in which nobody ever thought of leak levels: {@link CleanupRealm#register} with
 * everything that it does but the question whether this registration is followed. What the question
 * costs is the difference.
 */
public final class Unfollowed {

  private final StripedRegistry registry =
      new StripedRegistry(
          new Leaks("unfollowed", LeakLevel.OFF, null), TimeUnit.SECONDS.toNanos(1));

  /** As {@link CleanupRealm#register}. */
  public <S> Registration<S> register(Object owner, S state, Consumer<? super S> action) {
    Checks.notNull(owner, state, action);
    Node<S> node = new Node<>(owner, state, registry.kind(owner, state, action, true));
    try {
      registry.put(node, StripedRegistry.stripeOfThread());
    } finally {
      Reference.reachabilityFence(owner);
    }
    return node;
  }
}
