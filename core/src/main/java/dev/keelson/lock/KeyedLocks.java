/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/** A registry's locks by key. Safe for use by multiple threads. */
final class KeyedLocks {

  /*
   * The map keeps a key's Sync and refers weakly to the ResettableLock, the only way by which a user
   * can take it. A key has an entry from its first lock until the ResettableLock was collected and
   * the Sync was seen idle after that. In this order it stays idle: who wants to take it needs a
   * ResettableLock, and makes one by replacing the entry, which fails once the entry is removed;
   * then the key gets a new Sync, and nobody has the old one.
   *
   * An entry whose ResettableLock is gone while the lock is held, by somebody who will ask for it by
   * key to unlock it or by a dead thread, lingers, and is looked at again whenever somebody works
   * with the registry. So does one of a lock that refuses: forgotten, it would be had unrepaired.
   */

  private static final int LOOKS = 16;

  private final ConcurrentMap<Object, KeyedEntry> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<ResettableLock> collected = new ReferenceQueue<>();
  private final Queue<KeyedEntry> lingering = new ConcurrentLinkedQueue<>();
  private final LockTable table;
  private final LockMaker maker;

  KeyedLocks(LockTable table, LockMaker maker) {
    this.table = table;
    this.maker = maker;
  }

  /** Where the registry's other entries arrive, too. */
  ReferenceQueue<ResettableLock> collected() {
    return collected;
  }

  ResettableLock get(Object key) {
    KeyedEntry known = entries.get(key);
    ResettableLock lock = known == null ? null : known.get();
    return lock == null ? make(key) : lock;
  }

  /**
   * The object by which users have the lock of that entry. One that is made here and is not the
   * key's would let two threads in: kept by a user until the entry is gone, it would be a lock
   * beside the key's next one.
   */
  ResettableLock faceOf(KeyedEntry entry) {
    ResettableLock known = entry.get();
    ResettableLock lock = known == null ? get(entry.key) : known;
    return lock.sync == entry.sync() ? lock : new ResettableLock(entry.sync()); // nobody's any more
  }

  private ResettableLock make(Object key) {
    expunge();
    while (true) {
      KeyedEntry old = entries.get(key);
      ResettableLock lock = old == null ? null : old.get();
      if (lock != null) {
        return lock;
      }
      ResettableLock made = old == null ? maker.keyed() : new ResettableLock(old.sync());
      KeyedEntry entry = new KeyedEntry(old == null ? key : old.key, made, collected);
      table.add(entry); // first: a lock that can be taken can be found
      if (old == null
          ? entries.putIfAbsent(key, entry) == null
          : entries.replace(key, old, entry)) {
        if (old != null) {
          table.remove(old);
        }
        return made;
      }
      table.remove(entry); // somebody else made it, or removed the old one
    }
  }

  /** Lets go of what nobody can reach any more. */
  void expunge() {
    for (Reference<?> gone; (gone = collected.poll()) != null; ) {
      if (gone instanceof KeyedEntry entry) {
        lookAt(entry);
      } else if (gone instanceof LockEntry entry) {
        table.remove(entry);
      }
    }
    for (int i = 0; i < LOOKS; i++) {
      KeyedEntry entry = lingering.poll();
      if (entry == null) {
        return;
      }
      lookAt(entry);
    }
  }

  private void lookAt(KeyedEntry entry) {
    if (entries.get(entry.key) != entry) {
      return; // replaced
    }
    Sync sync = entry.sync();
    boolean idle = sync.isIdle();
    Side side = sync.sideIfAny(); // after that: who ends a dead owner's tenure brings one
    if (!idle || (side != null && sync.isRefusing(side))) {
      lingering.add(entry);
    } else if (entries.remove(entry.key, entry)) {
      table.remove(entry);
    }
  }
}
