/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * Said by a caller who takes a lock away from a thread that is alive and still at work.
 *
 * <p>What the lock guards is then seen by others in whatever state that thread has left it in, and
 * that thread goes on writing to it until it next meets the lock. It is the harm for which {@link
 * Thread#stop()} was deprecated.
 */
public enum Force {
  /** Also from a live owner. */
  YES
}
