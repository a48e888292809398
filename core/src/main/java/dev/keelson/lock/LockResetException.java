/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * Thrown to a thread that waited for a lock, or on one of its conditions, when everybody who waited
 * was sent away by {@link ResettableLock#evict}. From {@code lock} and its like it comes without
 * the lock; from {@code await} it comes with the lock and the holds from before, so that the {@code
 * finally} around it can unlock.
 */
public final class LockResetException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  LockResetException(String message) {
    super(message);
  }
}
