/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import javax.annotation.Nullable;

/**
 * Ends the trees of this JVM's children when this JVM dies by any means. One for the whole JVM;
 * safe for use by multiple threads.
 */
public interface Guard {

  /**
   * Puts a tree under guard; called before its process is started. The first call starts the
   * watchdog and returns when that is ready.
   *
   * @param cookie the {@code NAME=value} in the environment of the tree's processes
   * @return the entry to remove when the process has ended, or null where there is no guard here
   */
  @Nullable
  Entry enter(String cookie);

  /** How far trees can be guarded here; starts nothing. */
  TraitSupport support();

  /** A tree under guard. */
  interface Entry {

    /** Leaves what is left of the tree alone from now on. Idempotent; no system call. */
    void remove();
  }
}
