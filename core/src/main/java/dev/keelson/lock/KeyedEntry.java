/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.lang.ref.ReferenceQueue;
import java.util.UUID;

/**
 * The lock of one key. What is weak is the {@link ResettableLock} that users have; the lock itself
 * is kept here, so that it stays the key's lock while somebody holds or wants it, whoever has
 * dropped the object.
 */
final class KeyedEntry extends LockEntry {

  private static final int MOST_CHARACTERS = 60;

  final Object key;
  private final Sync sync;

  KeyedEntry(Object key, ResettableLock lock, ReferenceQueue<? super ResettableLock> collected) {
    super(lock, collected);
    this.key = key;
    this.sync = lock.sync;
  }

  @Override
  Sync sync() {
    return sync;
  }

  /** A key's own toString may do anything, take the lock among it; only plain values are asked. */
  @Override
  String detail() {
    if (key instanceof Enum<?> constant) {
      return constant.name();
    }
    boolean plain = key instanceof CharSequence || key instanceof Number || key instanceof UUID;
    if (plain && key.getClass().getName().startsWith("java.")) {
      String text = key.toString();
      return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
    }
    return key.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(key));
  }
}
