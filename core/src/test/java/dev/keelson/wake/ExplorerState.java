/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/**
 * Where an {@link Explorer} stands.
 *
 * @param flags what else is shared
 * @param seen what each actor has seen in this turn
 * @param locals what each brought from the turns before
 */
record ExplorerState(long word, int flags, long[][] seen, int[] locals) {
  long hash() {
    long hash = mix(word, flags);
    for (int i = 0; i < locals.length; i++) {
      hash = mix(mix(hash, locals[i]), seen[i].length);
      for (long answer : seen[i]) {
        hash = mix(hash, answer);
      }
    }
    return hash;
  }

  private static long mix(long hash, long value) {
    long z = (hash ^ value) * 0x9e3779b97f4a7c15L + 0x632be59bd9b4e019L;
    z = (z ^ (z >>> 32)) * 0xd6e8feb86659fd93L;
    return z ^ (z >>> 29);
  }

  /** The hashes of those that were met. */
  static final class Visited {
    private long[] slots = new long[1 << 16];
    private int size;

    /** Whether it is new. */
    boolean add(long hash) {
      if (size * 2 > slots.length) {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long each : old) {
          if (each != 0) {
            slots[slot(each)] = each;
          }
        }
      }
      long key = hash == 0 ? 1 : hash;
      int slot = slot(key);
      if (slots[slot] == key) {
        return false;
      }
      slots[slot] = key;
      size++;
      return true;
    }

    private int slot(long key) {
      int slot = (int) key & (slots.length - 1);
      while (slots[slot] != 0 && slots[slot] != key) {
        slot = (slot + 1) & (slots.length - 1);
      }
      return slot;
    }

    int size() {
      return size;
    }
  }
}
