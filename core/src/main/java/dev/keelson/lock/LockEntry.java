/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import javax.annotation.Nullable;

/** A registry's weak view of one lock. */
class LockEntry extends WeakReference<ResettableLock> {

  /** Its slot in the {@link LockTable}; written under the table's lock. */
  int slot = -1;

  LockEntry(ResettableLock lock, ReferenceQueue<? super ResettableLock> collected) {
    super(lock, collected);
  }

  /** The lock, or null if it was collected. */
  @Nullable
  ResettableLock lock() {
    return get();
  }

  /** What stands for the lock when its word is read; null if it was collected. */
  @Nullable
  Sync sync() {
    ResettableLock lock = get();
    return lock == null ? null : lock.sync;
  }

  /** How a report calls it; its key, if it has one. */
  String detail() {
    return "";
  }
}
