/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.lang.ref.ReferenceQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A registry's locks by name, each until it is removed. Safe for use by multiple threads. */
final class NamedLocks {

  /** Nobody polls it: the map keeps the locks. */
  private static final ReferenceQueue<ResettableLock> NONE = new ReferenceQueue<>();

  private record Named(ResettableLock lock, LockEntry entry) {}

  private final ConcurrentMap<String, Named> locks = new ConcurrentHashMap<>();

  ResettableLock get(String name, LockMaker maker, LockTable table) {
    Named known = locks.get(name);
    if (known != null) {
      return known.lock;
    }
    ResettableLock lock = maker.named(name);
    Named made = new Named(lock, new LockEntry(lock, NONE));
    table.add(made.entry); // first: a lock that can be taken can be found
    Named other = locks.putIfAbsent(name, made);
    if (other == null) {
      return lock;
    }
    table.remove(made.entry);
    return other.lock;
  }

  boolean remove(String name, LockTable table) {
    Named known = locks.get(name);
    if (known == null) {
      return false;
    }
    if (!known.lock.sync.isIdle()) {
      throw new IllegalStateException(
          "name is \""
              + name
              + "\"; this lock is held or waited for ("
              + known.lock
              + "), unlock, recover or evict it first");
    }
    if (!locks.remove(name, known)) {
      return false;
    }
    table.remove(known.entry);
    return true;
  }
}
