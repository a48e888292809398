/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** What the next one finds whose lock was left behind by a thread that is dead. */
public enum AbandonPolicy {
  /**
   * The lock works again at once. {@link ResettableLock#isConsistent()} is false until {@link
   * ResettableLock#markConsistent()}.
   */
  HEAL,
  /**
   * Every way to take the lock throws {@link AbandonedLockException}, until {@link
   * ResettableLock#recover(Recovery)} or {@link ResettableLock#reset(Recovery)} has repaired what
   * the lock guards.
   */
  REFUSE
}
