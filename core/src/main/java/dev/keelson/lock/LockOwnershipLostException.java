/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import javax.annotation.Nullable;

/**
 * Thrown to a thread that uses a lock which was taken away from it. It does not hold the lock, and
 * nothing was changed: whoever has the lock now keeps it. What the thread has done since then was
 * not guarded.
 */
public final class LockOwnershipLostException extends IllegalMonitorStateException {

  private static final long serialVersionUID = 1;

  private final transient @Nullable LostTenure lost;

  LockOwnershipLostException(String message, LostTenure lost) {
    super(message);
    this.lost = lost;
  }

  /** The tenure that was ended; null only in a copy that was serialised. */
  public @Nullable LostTenure lost() {
    return lost;
  }
}
