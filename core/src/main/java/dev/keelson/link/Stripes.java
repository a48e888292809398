/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import dev.keelson.internal.threads.StackRoom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;

/**
 * The locks under which trees change: a container is guarded by one of them, whose number is in its
 * {@link Owner}, where a byte is free. Held for a few steps, never while code of a user runs.
 * Several are taken in the order of their numbers; all of them together freeze every tree.
 */
final class Stripes {

  // The number is drawn, and not made of the container's identity hash: an object that was asked
  // for its hash keeps it in its header, which a full collection must save and write back. With one
  // such object a parent that took as long as everything else that links add to a collection.

  private static final int COUNT = 32;
  private static final ReentrantLock[] LOCKS = new ReentrantLock[COUNT];

  static {
    for (int i = 0; i < COUNT; i++) {
      LOCKS[i] = new ReentrantLock();
    }
  }

  private Stripes() {}

  /** A number for a new owner. */
  static byte any() {
    return (byte) ThreadLocalRandom.current().nextInt(COUNT);
  }

  static void lock(Owner one) {
    StackRoom.ensure(); // an error after it would leave the stripe locked, or a child half moved
    LOCKS[one.stripe].lock();
  }

  static void unlock(Owner one) {
    LOCKS[one.stripe].unlock();
  }

  /** Both, or the first alone; the same stripe twice is held twice. */
  static void lock(Owner one, @Nullable Owner other) {
    StackRoom.ensure();
    int first = one.stripe;
    int second = other == null ? first : other.stripe;
    LOCKS[Math.min(first, second)].lock();
    try {
      LOCKS[Math.max(first, second)].lock();
    } catch (Error e) { // no memory to queue in
      LOCKS[Math.min(first, second)].unlock();
      throw e;
    }
  }

  static void unlock(Owner one, @Nullable Owner other) {
    unlock(other == null ? one : other);
    unlock(one);
  }

  static void lockAll() {
    StackRoom.ensure();
    int taken = 0;
    try {
      for (; taken < COUNT; taken++) {
        LOCKS[taken].lock();
      }
    } finally {
      if (taken < COUNT) {
        unlockFirst(taken);
      }
    }
  }

  static void unlockAll() {
    unlockFirst(COUNT);
  }

  private static void unlockFirst(int count) {
    for (int i = 0; i < count; i++) {
      LOCKS[i].unlock();
    }
  }
}
