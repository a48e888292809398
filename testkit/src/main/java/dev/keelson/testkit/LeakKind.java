/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/** What can be left behind. */
public enum LeakKind {
  /** A child process that runs, or an escaped one that is no child any more. */
  SURVIVOR("survivor"),
  /** A child process that has ended and that nobody reaps. */
  ZOMBIE("zombie"),
  /** A thread, platform or virtual. */
  THREAD("thread"),
  /** An open file descriptor. */
  DESCRIPTOR("descriptor"),
  /** A temporary file or directory. */
  FILE("temporary file"),
  /** A {@link dev.keelson.lock.ResettableLock} that somebody holds. */
  LOCK("held lock");

  private final String noun;

  LeakKind(String noun) {
    this.noun = noun;
  }

  /** How people count it: "1 thread", "2 threads". */
  String count(int number) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
