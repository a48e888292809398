/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;

/**
 * The locks under which trees change: a container is guarded by one of them, chosen by its identity
 * hash, which costs it no memory. Held for a few steps, never while code of a user runs. Several
 * are taken in the order of their numbers; all of them together freeze every tree.
 */
final class Stripes {

  private static final int COUNT = 32;
  private static final ReentrantLock[] LOCKS = new ReentrantLock[COUNT];

  static {
    for (int i = 0; i < COUNT; i++) {
      LOCKS[i] = new ReentrantLock();
    }
  }

  private Stripes() {}

  private static int indexOf(Children<?, ?> container) {
    return System.identityHashCode(container) & COUNT - 1;
  }

  static void lock(Children<?, ?> one) {
    LOCKS[indexOf(one)].lock();
  }

  static void unlock(Children<?, ?> one) {
    LOCKS[indexOf(one)].unlock();
  }

  /** Both, or the first alone; the same stripe twice is held twice. */
  static void lock(Children<?, ?> one, @Nullable Children<?, ?> other) {
    int first = indexOf(one);
    int second = other == null ? first : indexOf(other);
    LOCKS[Math.min(first, second)].lock();
    try {
      LOCKS[Math.max(first, second)].lock();
    } catch (Error e) { // no memory to queue in
      LOCKS[Math.min(first, second)].unlock();
      throw e;
    }
  }

  static void unlock(Children<?, ?> one, @Nullable Children<?, ?> other) {
    unlock(other == null ? one : other);
    unlock(one);
  }

  static void lockAll() {
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
