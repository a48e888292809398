/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

/**
 * The promises about which engines differ. {@code dev.keelson.process.Guarantee} has the same
 * constants, with their meaning.
 */
public enum Trait {
  /** No descriptor beyond 0, 1 and 2 reaches a child. */
  NO_DESCRIPTOR_LEAK,
  /** An exit code is told apart from a signal. */
  EXACT_STATUS,
  /** A signal never reaches a process that took over the pid. */
  NO_RECYCLED_PID,
  /** Every signal can be sent. */
  ANY_SIGNAL,
  /** The child leads a session of its own. */
  OWN_SESSION,
  /** The child starts with an empty signal mask. */
  CLEAN_SIGNAL_MASK,
  /**
   * A reader is woken by close and by an interrupt, and never parked in a stream that blocks the
   * reaper.
   */
  WAKEABLE_STREAMS,
  /** Late output of grandchildren is kept or cut by the command's own rule. */
  HELD_PIPE_POLICY,
  /** The tree is found and ended, however it forks meanwhile. */
  TREE_TEARDOWN,
  /** Descendants that left their parent are found by their cookie. */
  COOKIE,
  /** Guarded trees end when this JVM is killed. */
  ORPHAN_GUARD,
  /** Processor time and memory of the child are reported. */
  RESOURCE_USAGE,
  /** Arguments are hidden from the JDK's own events. */
  HIDDEN_ARGUMENTS,
  /** A waiting virtual thread leaves its carrier. */
  VIRTUAL_THREADS,
  /** No thread exists for the sake of one live child. */
  NO_THREAD_PER_CHILD
}
