/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** A container some of whose children are watched, and the watches. */
final class Watched extends WeakReference<Children<?, ?>> {

  private static final int FEW = 16;

  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable List<Watch<?>> watches = new ArrayList<>(1);

  @GuardedBy("lock")
  private int pruneAt = FEW;

  Watched(Owner owner, Children<?, ?> container, ReferenceQueue<Children<?, ?>> queue) {
    super(container, queue);
    this.owner = owner;
  }

  Owner owner() {
    return owner;
  }

  /** False if the watches were taken already. */
  boolean add(Watch<?> watch) {
    lock.lock();
    try {
      if (watches == null) {
        return false;
      }
      if (watches.size() >= pruneAt) { // a parent may outlive many a watched child
        watches.removeIf(Watch::isOver);
        pruneAt = Math.max(FEW, 2 * watches.size());
      }
      return watches.add(watch);
    } finally {
      lock.unlock();
    }
  }

  /** All watches the first time, none from then on. */
  List<Watch<?>> take() {
    lock.lock();
    try {
      List<Watch<?>> all = watches == null ? List.of() : watches;
      watches = null;
      return all;
    } finally {
      lock.unlock();
    }
  }
}
