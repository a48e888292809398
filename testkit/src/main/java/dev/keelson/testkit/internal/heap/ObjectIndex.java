/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

/**
 * Gives each object of a dump an ordinal, and finds it by its identifier. Filled, then {@link
 * #seal}ed; afterwards safe for reading by multiple threads.
 */
final class ObjectIndex {

  /** No object of that identifier is in the dump. */
  static final int NONE = -1;

  private final OffHeapLongs ids = new OffHeapLongs();
  private final OffHeapLongs positions = new OffHeapLongs();

  /** A hash table of ordinals plus one, with linear probing; zero is a free slot. */
  private OffHeapInts slots = new OffHeapInts(0);

  private int mask;

  void add(long id, long position) {
    ids.add(id);
    positions.add(position);
  }

  void seal() {
    int capacity = Integer.highestOneBit(Math.max(16, ids.size())) << 1;
    capacity = capacity < ids.size() + (ids.size() >>> 1) ? capacity << 1 : capacity;
    mask = capacity - 1;
    slots = new OffHeapInts(capacity);
    for (int i = 0; i < ids.size(); i++) {
      int slot = slot(ids.get(i));
      while (slots.get(slot) != 0) {
        slot = (slot + 1) & mask;
      }
      slots.set(slot, i + 1);
    }
  }

  private int slot(long id) {
    return (int) ((id * 0x9E37_79B9_7F4A_7C15L) >>> 32) & mask;
  }

  int size() {
    return ids.size();
  }

  /** The ordinal, or {@link #NONE}. */
  int find(long id) {
    if (id == 0) {
      return NONE;
    }
    int slot = slot(id);
    for (int found = slots.get(slot); found != 0; found = slots.get(slot)) {
      if (ids.get(found - 1) == id) {
        return found - 1;
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  long id(int ordinal) {
    return ids.get(ordinal);
  }

  /** Where the record of the object begins. */
  long position(int ordinal) {
    return positions.get(ordinal);
  }
}
