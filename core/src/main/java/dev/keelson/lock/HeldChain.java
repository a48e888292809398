/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.Arrays;

/**
 * The watched locks that one thread holds or is about to take, the oldest first. Used by that
 * thread alone.
 */
final class HeldChain {

  private static final long SEED = 0x9E3779B97F4A7C15L;

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

  /** What the chain would be with that lock at its end; never 0. */
  long hashWith(LockClass next) {
    return mix(depth == 0 ? SEED : hashes[depth - 1], next.id);
  }

  void push(LockObserver lock, long hash) {
    if (depth == locks.length) {
      LockObserver[] longer = Arrays.copyOf(locks, 2 * depth);
      hashes = Arrays.copyOf(hashes, 2 * depth);
      locks = longer;
    }
    hashes[depth] = hash;
    locks[depth++] = lock;
  }

  /** Takes the latest entry of that lock out, if there is one. */
  void drop(LockObserver lock) {
    int last = depth - 1;
    if (last >= 0 && locks[last] == lock) {
      forget(last);
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
    forget(depth - 1);
    for (int i = index; i < depth; i++) {
      hashes[i] = mix(i == 0 ? SEED : hashes[i - 1], locks[i].kind.id);
    }
  }

  @SuppressWarnings("NullAway") // beyond the depth nothing is read
  private void forget(int last) {
    depth = last;
    locks[last] = null;
  }

  /** The finalizer of splitmix64 over both; 1 in place of 0. */
  private static long mix(long hash, int id) {
    long x = hash ^ (id * SEED);
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    x ^= x >>> 31;
    return x == 0 ? 1 : x;
  }
}
