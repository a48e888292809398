/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Locks that can be taken away from an owner that is gone, and that say who owns them.
 *
 * <p>A {@link dev.keelson.lock.ResettableLock} is used like a {@link
 * java.util.concurrent.locks.ReentrantLock}. When its owner dies without unlocking, the next thread
 * that wants the lock gets it, and is told; threads that were waiting already get it in their
 * order. {@link dev.keelson.lock.ResettableLock#reset reset} and {@link
 * dev.keelson.lock.ResettableLock#evict evict} take it away on request, also from an owner that
 * lives ({@link dev.keelson.lock.Force}). Whoever was deprived learns it as soon as it uses the
 * lock, and cannot harm the next owner by anything it does to it.
 *
 * <p>A {@link dev.keelson.lock.LockRegistry} knows locks by name, by key ({@code KeyedLocks}), by
 * stripe ({@link dev.keelson.lock.StripedLocks}) or because they were registered. It tells what is
 * held and by whom, recovers and resets many at once, opens {@link dev.keelson.lock.LockScope
 * scopes} for tasks that must give back what they take, and checks the order in which locks are
 * taken ({@code OrderChecker}). Its {@link dev.keelson.lock.HangReport} says what hangs: two {@code
 * ReportSample}s make a {@code WaitGraph}, in which {@code LockFindings} and {@code JvmFindings}
 * look for the culprits.
 *
 * <p>Inside, {@code Tenure} is the protocol: one {@code Word} that decides everything, over the
 * JDK's own queue. {@code Sync} takes the lock, {@code Theft} takes it away; {@code CheckedSync}
 * adds fairness and a {@code LockWatch}; {@code Side} holds what most locks never need; {@code
 * LockCondition} is the condition; the {@code Watchdog} looks after locks that threads wait for.
 *
 * <p>Memory consistency effects: as for every {@link java.util.concurrent.locks.Lock}, an unlock
 * <i>happens-before</i> the next lock. So does everything a dead owner has done before a lock that
 * was taken from it is acquired. Between a live owner that is deprived and the next owner there is
 * no such order for what the deprived one does afterwards.
 */
@ParametersAreNonnullByDefault
package dev.keelson.lock;

import javax.annotation.ParametersAreNonnullByDefault;
