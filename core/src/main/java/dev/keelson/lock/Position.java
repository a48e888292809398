/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * One lock at the end of one chain of held locks: that chain is the {@link HeldChain} of a thread
 * with {@code under} as its number, and once the lock is taken its number is {@code number}. What
 * does not change may be read by any thread, without order; the rest is the chain's thread's.
 */
final class Position {

  final HeldChain chain;

  /** The chain's; here, so that another thread need not look into the chain. */
  final long thread;

  final LockObserver lock;
  final long under;
  final long number;

  /** Stands for the names of the chain with this lock at its end. */
  final long hash;

  /** Whether the lock may be waited for here: true for ever, as no edge leaves the graph. */
  boolean proved;

  Position(HeldChain chain, LockObserver lock, long under, long number, long hash) {
    this.chain = chain;
    this.thread = chain.thread;
    this.lock = lock;
    this.under = under;
    this.number = number;
    this.hash = hash;
  }
}
