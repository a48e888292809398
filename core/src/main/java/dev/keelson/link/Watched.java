/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** A container some of whose children are watched, and the watches. */
final class Watched extends WeakReference<Children<?, ?>> {

  private final Owner owner;

  /** A leaf: taken under stripes too, and nothing is taken inside. */
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * By the identity hash of the child's link, in the order in which they came. Null once they were
   * taken, or the last of them has ended: then none may come any more.
   */
  @GuardedBy("lock")
  private @Nullable Map<Integer, List<Watch<?>>> watches = new LinkedHashMap<>();

  Watched(Owner owner, Children<?, ?> container, ReferenceQueue<Children<?, ?>> queue) {
    super(container, queue);
    this.owner = owner;
  }

  Owner owner() {
    return owner;
  }

  /** False if none may come any more. */
  boolean add(ParentLink<?> child, Watch<?> watch) {
    lock.lock();
    try {
      return watches != null
          && watches
              .computeIfAbsent(System.identityHashCode(child), hash -> new ArrayList<>(1))
              .add(watch);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all watches of a child, or {@code one}; true if those were the last. */
  boolean end(ParentLink<?> child, @Nullable Watch<?> one) {
    Integer hash = System.identityHashCode(child);
    lock.lock();
    try {
      Map<Integer, List<Watch<?>>> all = watches;
      List<Watch<?>> some = all == null ? null : all.get(hash);
      if (all == null || some == null) {
        return false;
      }
      for (int i = some.size() - 1; i >= 0; i--) {
        if (one == null ? some.get(i).refersTo(child) : some.get(i) == one) {
          some.remove(i);
        }
      }
      if (some.isEmpty()) {
        all.remove(hash);
      }
      watches = all.isEmpty() ? null : all;
      return watches == null;
    } finally {
      lock.unlock();
    }
  }

  /** All watches the first time, none from then on. */
  Map<Integer, List<Watch<?>>> take() {
    lock.lock();
    try {
      Map<Integer, List<Watch<?>>> all = watches == null ? Map.of() : watches;
      watches = null;
      return all;
    } finally {
      lock.unlock();
    }
  }
}
