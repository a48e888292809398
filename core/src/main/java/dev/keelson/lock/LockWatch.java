/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * Sees one lock being taken and given back: for order checking and for acquisition sites. Called on
 * the thread that does it; nothing of it may block.
 *
 * <p>A lock that was made with one calls it for every outermost acquisition.
 */
abstract class LockWatch {

  /**
   * Before an outermost acquisition: nothing is taken and nobody queued.
   *
   * @param mayBlock false for a {@code tryLock} without a time
   * @throws RuntimeException to refuse it: the acquiring method throws that, without the lock
   */
  void acquiring(boolean mayBlock) {}

  /** That acquisition came to nothing: false, an interrupt, or an exception. */
  void notAcquired() {}

  /** It succeeded. Must not throw. */
  void acquired(boolean waited) {}

  /** Before an outermost unlock, also before one that is going to throw. Must not throw. */
  void releasing() {}

  /**
   * The owner is about to wait on a condition.
   *
   * @throws RuntimeException to refuse it: {@code await} throws that, with the lock
   */
  void awaiting() {}

  /** The lock was taken from somebody, by the calling thread. Must not throw. */
  void resetBy() {}
}
