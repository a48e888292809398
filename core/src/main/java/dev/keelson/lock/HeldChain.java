/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.Arrays;

/**
 * The watched locks that one thread holds or is about to take, the oldest first. Used by that
 * thread alone.
 */
final class HeldChain {

  /** Odd, as the remainder of the product must lose nothing. */
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** The hash of the chain in which there is nothing. */
  private static final long EMPTY = FACTOR;

  /** Final, so that another thread that meets the chain in a cache sees it right. */
  final long thread;

  private LockObserver[] locks = new LockObserver[8];

  /** below[i] stands for the names of the locks before lock i, in their order. */
  private long[] below = new long[8];

  private int depth;

  /** Stands for all of them. */
  private long hash = EMPTY;

  /** Up to which of the checker's losses the chain is known to be true. */
  int losses;

  HeldChain(long thread) {
    this.thread = thread;
  }

  int depth() {
    return depth;
  }

  LockObserver get(int index) {
    return locks[index];
  }

  long hash() {
    return hash;
  }

  /** What the hash would be with that lock at the chain's end. */
  long hashWith(LockClass next) {
    return mix(hash, next);
  }

  void push(LockObserver lock, long longer) {
    int last = depth;
    if (last == locks.length) {
      LockObserver[] more = Arrays.copyOf(locks, 2 * last);
      below = Arrays.copyOf(below, 2 * last);
      locks = more;
    }
    below[last] = hash;
    if (locks[last] != lock) { // a store of a reference costs the collector's barrier
      locks[last] = lock;
    }
    hash = longer;
    depth = last + 1;
  }

  /** Takes the latest entry of that lock out, if there is one. */
  void drop(LockObserver lock) {
    int last = depth - 1;
    if (last >= 0 && locks[last] == lock) {
      hash = below[last];
      depth = last; // what is beyond the depth stays there until it is written over
      return;
    }
    for (int i = last - 1; i >= 0; i--) {
      if (locks[i] == lock) {
        remove(i);
        return;
      }
    }
  }

  /** Leaves out what the thread does not hold any more: it was taken away, or an error hid it. */
  void prune() {
    for (int i = depth - 1; i >= 0; i--) {
      if (!locks[i].isHeldBy(thread)) {
        remove(i);
      }
    }
  }

  private void remove(int index) {
    hash = below[index];
    depth--;
    for (int i = index; i < depth; i++) {
      locks[i] = locks[i + 1];
      below[i] = hash;
      hash = mix(hash, locks[i].kind);
    }
  }

  /** Each name has a random number of its own, so that a polynomial of them is hash enough. */
  private static long mix(long hash, LockClass next) {
    return (hash + next.salt) * FACTOR;
  }
}
