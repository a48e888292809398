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

  /** Final, so that another thread that meets the chain in the cache sees it right. */
  final long thread;

  private LockObserver[] locks = new LockObserver[8];

  /** hashes[i] stands for the names of locks 0 to i in their order. */
  private long[] hashes = new long[8];

  private int depth;

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

  /** What the chain would be with that lock at its end; 0 as likely as any. */
  long hashWith(LockClass next) {
    return mix(depth == 0 ? FACTOR : hashes[depth - 1], next);
  }

  void push(LockObserver lock, long hash) {
    if (depth == locks.length) {
      LockObserver[] longer = Arrays.copyOf(locks, 2 * depth);
      hashes = Arrays.copyOf(hashes, 2 * depth);
      locks = longer;
    }
    hashes[depth] = hash;
    if (locks[depth] != lock) { // a store of a reference costs the collector's barrier
      locks[depth] = lock;
    }
    depth++;
  }

  /** Takes the latest entry of that lock out, if there is one. */
  void drop(LockObserver lock) {
    int last = depth - 1;
    if (last >= 0 && locks[last] == lock) {
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
    System.arraycopy(locks, index + 1, locks, index, depth - index - 1);
    depth--;
    for (int i = index; i < depth; i++) {
      hashes[i] = mix(i == 0 ? FACTOR : hashes[i - 1], locks[i].kind);
    }
  }

  /** Each name has a random number of its own, so that a polynomial of them is hash enough. */
  private static long mix(long hash, LockClass next) {
    return (hash + next.salt) * FACTOR;
  }
}
