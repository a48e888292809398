/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A registry in which nobody ever thought of leak levels: what {@link StripedRegistry} does, but
 * for the question whether a registration is followed. What the question costs is the difference.
 */
public final class Unfollowed implements Registry {

  private final StripedRegistry registry;

  private Unfollowed(StripedRegistry registry) {
    this.registry = registry;
  }

  /** A realm with such a registry. */
  public static CleanupRealm realm() {
    Leaks leaks = new Leaks("unfollowed", LeakLevel.OFF, null);
    StripedRegistry registry = new StripedRegistry(leaks, TimeUnit.SECONDS.toNanos(1));
    return new CleanupRealm(leaks, new Unfollowed(registry), true);
  }

  @Override
  public <S> Registration<S> register(
      Object owner, S state, Consumer<? super S> action, boolean checked) {
    Kind<? super S> kind = registry.kind(owner, state, action, checked);
    Node<S> node = new Node<>(owner, state, kind);
    try {
      registry.put(node, StripedRegistry.stripeOfThread());
    } finally {
      Reference.reachabilityFence(owner);
    }
    return node;
  }

  @Override
  public long size() {
    return registry.size();
  }

  @Override
  public boolean isClosed() {
    return registry.isClosed();
  }

  @Override
  public void close() {
    registry.close();
  }

  @Override
  public boolean drain(long nanos) throws InterruptedException {
    return registry.drain(nanos);
  }
}
