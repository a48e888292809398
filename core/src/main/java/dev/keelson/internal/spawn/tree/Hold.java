/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

/**
 * A hold on one process, which means that process and no other for as long as it is open, whatever
 * becomes of the pid. Safe for use by multiple threads; holds a descriptor until it is closed.
 */
public interface Hold extends AutoCloseable {

  /** What became of a signal. */
  enum Sent {
    /** It was sent, be it to a process that has ended and is not reaped yet. */
    YES,
    /** The process has ended and been reaped. */
    GONE,
    /** The process lives, and this user must not send it that signal. */
    REFUSED
  }

  /** Sends a signal; 0 sends nothing and asks only. */
  Sent send(int signal);

  /** Lets go. Idempotent. */
  @Override
  void close();
}
