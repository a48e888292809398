/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static java.util.Objects.requireNonNull;

import java.util.List;
import javax.annotation.Nullable;

/** Makes a registry's locks as the registry was told to. Safe for use by multiple threads. */
final class LockMaker {

  private static final String KEYED = "keyed";

  private final boolean fair;
  private final AbandonPolicy policy;
  private final SiteRecording sites;
  private final @Nullable OrderChecker order;
  private final LockConfig keyedConfig;

  LockMaker(boolean fair, AbandonPolicy policy, OrderChecking order, SiteRecording sites) {
    this.fair = fair;
    this.policy = policy;
    this.sites = sites;
    this.order = order == OrderChecking.OFF ? null : new OrderChecker(order == OrderChecking.THROW);
    this.keyedConfig = config(KEYED);
  }

  static String checkName(String name) {
    if (requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException(
          "name is \"" + name + "\"; give one that people recognise in a report");
    }
    return name;
  }

  ResettableLock named(String name) {
    return make(config(name), name, false, 0);
  }

  ResettableLock keyed() {
    return make(keyedConfig, KEYED, false, 0);
  }

  ResettableLock stripe(String name, int index) {
    return make(config(name + "[" + index + "]"), name, true, index);
  }

  void allowNesting(String name) {
    if (order != null) {
      order.classOf(name, false).nestable = true;
    }
  }

  boolean checksOrder() {
    return order != null;
  }

  List<LockOrderException> orderViolations() {
    return order == null ? List.of() : order.violations();
  }

  private LockConfig config(String name) {
    return new LockConfig(name, fair, policy, false, null);
  }

  /** Watched only if there is something to watch for: a plain lock costs less. */
  private ResettableLock make(LockConfig config, String kind, boolean ranked, int rank) {
    if (order == null && sites != SiteRecording.SAMPLED && sites != SiteRecording.ALL) {
      return new ResettableLock(config, null);
    }
    LockClass lockClass =
        order == null ? new LockClass(kind, 0, ranked) : order.classOf(kind, ranked);
    LockObserver observer = new LockObserver(lockClass, rank, order, sites);
    ResettableLock lock = new ResettableLock(config, observer);
    observer.observe(lock.sync);
    return lock;
  }
}
