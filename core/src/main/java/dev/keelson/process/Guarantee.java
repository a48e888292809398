/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/**
 * The promises that depend on the system and the engine; {@link Capabilities} says which are kept
 * here.
 */
public enum Guarantee {
  /** No descriptor of this process beyond 0, 1 and 2 reaches a child. */
  NO_DESCRIPTOR_LEAK,
  /** {@link ExitStatus} tells an exit code from a signal. */
  EXACT_STATUS,
  /** A signal never reaches a process that took over the pid of one that has ended. */
  NO_RECYCLED_PID,
  /** {@link Child#signal(int)} can send every signal. */
  ANY_SIGNAL,
  /** A child leads a session of its own; see {@link Group}. */
  OWN_SESSION,
  /** A child starts with no signal blocked. */
  CLEAN_SIGNAL_MASK,
  /**
   * A thread that reads a child's output is woken by close and by interrupt, and the pipe stays
   * open.
   */
  WAKEABLE_STREAMS,
  /** {@link Drain} decides what becomes of output that is written after the child's exit. */
  HELD_PIPE_POLICY,
  /** Ending a tree finds every descendant, however the tree forks meanwhile. */
  TREE_TEARDOWN,
  /** Descendants whose parent is gone are found by their {@code KEELSON_ID}. */
  COOKIE,
  /** Guarded trees end when this JVM dies by any means. */
  ORPHAN_GUARD,
  /** {@link Result#cpuTime()} and {@link Result#maxRss()} are there. */
  RESOURCE_USAGE,
  /** Arguments appear in no event of the JDK's. */
  HIDDEN_ARGUMENTS,
  /** A virtual thread that waits for a child leaves its carrier. */
  VIRTUAL_THREADS,
  /** No thread exists for the sake of one live child. */
  NO_THREAD_PER_CHILD
}
