/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something that must not go away while it is used: the last one out releases it. Safe for use by
 * multiple threads.
 */
abstract class Counted {

  /*
   * Why a descriptor is counted
   * ---------------------------
   * A descriptor is a number that the system gives to the next one who opens something, as soon as it is closed. A thread that
   * sends a signal by a pidfd, or closes a pipe, between another's close and that thread's use of the number would hit a stranger.
   * So nobody uses a number without having entered, nobody enters once it is closed, and the number is given back by whoever
   * leaves last:
   *
   *   0 .. n            open, with n users
   *   CLOSED + 0 .. n   closed, with n users still inside
   *
   *   enter   n -> n + 1                 refused when closed: a compare-and-set, so that it cannot slip in behind a close
   *   leave   n -> n - 1                 whoever brings it to exactly CLOSED releases
   *   close   n -> CLOSED + n, once      releases at once if nobody is inside
   *
   * The value becomes exactly CLOSED once: by close with nobody inside, or by the last leave after it; nobody enters after that.
   *
   * A child's pidfd is closed by its exit, and what the last one out does is to reap it. As long as anybody is inside, the child
   * stays a zombie at the most: its pid, its group and its session belong to nobody else. That is what lets a whole tree be ended
   * without a signal to a stranger.
   */

  private static final int CLOSED = Integer.MIN_VALUE;

  private final AtomicInteger users = new AtomicInteger();

  /** Begins a use; to be ended by {@link #leave} if this returns true. */
  final boolean enter() {
    int now = users.get();
    while (now >= 0) {
      if (users.compareAndSet(now, now + 1)) { // against a close: see above
        return true;
      }
      now = users.get();
    }
    return false;
  }

  final void leave() {
    if (users.decrementAndGet() == CLOSED) {
      release();
    }
  }

  /** Lets nobody in any more. Idempotent. */
  public final void close() {
    if (users.getAndUpdate(now -> now | CLOSED) == 0) {
      release();
    }
  }

  final boolean isClosed() {
    return users.get() < 0;
  }

  /** Called once, when it is closed and nobody uses it. */
  protected abstract void release();
}
