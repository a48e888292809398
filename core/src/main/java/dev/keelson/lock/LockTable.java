/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.StackRoom;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.annotation.concurrent.GuardedBy;

/**
 * The entries of a registry, in slots that never move: a scan takes no lock and misses nothing that
 * was there when it began. Safe for use by multiple threads.
 */
final class LockTable {

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(LockEntry[].class);
  private static final int FIRST_SIZE = 16;

  /** Recovered like any other, should a thread end in the middle. */
  private final ResettableLock lock = new ResettableLock();

  /** Replaced by a longer copy; slots are written with release under {@link #lock}. */
  private volatile LockEntry[] slots = new LockEntry[FIRST_SIZE];

  /** Slots that were given back. */
  @GuardedBy("lock")
  private int[] free = new int[FIRST_SIZE];

  @GuardedBy("lock")
  private int freeCount;

  /** Slots that were ever used. */
  private volatile int used;

  private void enter() {
    StackRoom.ensure(); // an unlock at the stack's edge would leave it held
    lock.lock();
  }

  void add(LockEntry entry) {
    enter();
    try {
      if (freeCount > 0) {
        entry.slot = free[--freeCount];
      } else {
        int next = used;
        if (next == slots.length) {
          slots = Arrays.copyOf(slots, next + (next >> 1));
        }
        entry.slot = next;
        used = next + 1;
      }
      SLOT.setRelease(slots, entry.slot, entry);
    } finally {
      lock.unlock();
    }
  }

  void remove(LockEntry entry) {
    enter();
    try {
      if (entry.slot < 0) {
        return;
      }
      if (freeCount == free.length) {
        free = Arrays.copyOf(free, 2 * freeCount);
      }
      SLOT.setRelease(slots, entry.slot, null);
      free[freeCount++] = entry.slot;
      entry.slot = -1;
    } finally {
      lock.unlock();
    }
  }

  /** How many entries there are. */
  int size() {
    enter();
    try {
      return used - freeCount;
    } finally {
      lock.unlock();
    }
  }

  /** Everything that was there at the call, and maybe what is added during it. */
  void forEach(Consumer<? super LockEntry> action) {
    int end = used;
    LockEntry[] all = slots; // read after used: long enough
    for (int i = 0; i < end; i++) {
      LockEntry entry = (LockEntry) SLOT.getAcquire(all, i);
      if (entry != null) {
        action.accept(entry);
      }
    }
  }
}
