/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import javax.annotation.Nullable;

/**
 * Thrown where a lock with {@link AbandonPolicy#REFUSE} was left behind by a dead thread and not
 * repaired yet. From {@code lock} and its like it comes without the lock; from {@code await} it
 * comes with the lock and the holds from before, so that the {@code finally} around it can unlock.
 */
public final class AbandonedLockException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final transient @Nullable LostTenure lost;

  AbandonedLockException(String message, @Nullable LostTenure lost) {
    super(message);
    this.lost = lost;
  }

  /** The tenure that was left behind; null if its record was displaced by later ones. */
  public @Nullable LostTenure lost() {
    return lost;
  }
}
