/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/** How far an execution is. What leads from one to the next is told in {@link Course}. */
enum Phase {

  /** The process runs, or nobody has seen its end. */
  RUNNING,

  /** Somebody runs {@code Spawned.endTree}, whether or not the process itself is gone by now. */
  ENDING,

  /**
   * The process is reaped, or nobody waits for that any more; outputs are still carried, or whom
   * its exit concerns is being told.
   */
  DRAINING,

  /** Nothing changes any more, and the actions that wait for that are run. */
  SETTLED,

  /** Those who wait know it. */
  DONE
}
