/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/**
 * What became of a {@link Waker#wake}. Whichever it is, except {@link #CLOSED}, the owner's next or
 * current {@code await} returns after it and sees what the waking thread did before.
 */
public enum WakeResult {
  /** The owner was waiting, or about to, and was told: the one system call of this wait. */
  DELIVERED,

  /**
   * The owner was awake: it finds the wake-up when it next waits, and no system call was needed.
   */
  ELIDED,

  /** A wake-up was pending already and this one is part of it. */
  COALESCED,

  /** The waker is closed: nothing was done. */
  CLOSED
}
