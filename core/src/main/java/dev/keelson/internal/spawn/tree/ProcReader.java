/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import javax.annotation.Nullable;

/** What the system tells of its processes. For one thread. */
interface ProcReader {

  /** What the environment of a process says of a cookie. */
  enum Environment {
    /** One of its entries is the cookie. */
    HAS_COOKIE,
    /** None of its entries is. */
    HAS_NOT,
    /** It is empty, as it also is for a moment while a process executes another program. */
    EMPTY,
    /** This user must not read it, or the process is gone. */
    UNREADABLE
  }

  /** The pids there are, in no order. */
  long[] pids();

  /** What the kernel says of a process, or null if it is gone. */
  @Nullable
  ProcStat stat(long pid);

  /** Looks for an entry in the environment that a process was given. */
  Environment environment(long pid, CookieMatcher cookie);

  /** The path of the program a process runs, or null where that may not be known. */
  @Nullable
  String executable(long pid);

  /**
   * The children of a process, of all its threads; complete if it and they are stopped. Null where
   * the kernel does not list them.
   */
  @Nullable
  long[] children(long pid);

  /** Whether no thread of it runs, or will before it is continued; also if it has ended. */
  boolean isStopped(long pid);
}
