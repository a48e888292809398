/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * That a lock of some name may be taken by one who holds that chain of names, found once and true
 * for ever, as no edge leaves the graph. Immutable, so that it may be read without order; names
 * nothing, and keeps nothing alive.
 *
 * @param chain the hash of what is held
 * @param longer the same with the lock's name at its end
 */
record OrderProof(long chain, long longer) {}
