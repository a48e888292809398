/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** A lock that was held when it was looked at; the word tells by whom. */
record HeldLock(KnownLocks from, LockEntry entry, Sync sync, long word) {

  /** As users have it. */
  ResettableLock lock() {
    return from.faceOf(entry, sync);
  }

  String name() {
    return KnownLocks.nameOf(sync, entry);
  }
}
