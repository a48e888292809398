/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/** What {@link Children#close} does with the children that are still attached. */
public enum OrphanPolicy {
  /** All of them are orphaned, at the same instant. */
  ORPHAN,

  /**
   * Those that are {@link AutoCloseable} are closed, the last attached first, while they still know
   * their parent; then all that are still attached are orphaned. One that throws does not keep the
   * others from being closed.
   */
  CLOSE_CHILDREN,

  /** Where a child is attached, nothing is changed and {@link IllegalStateException} is thrown. */
  REFUSE_IF_CHILDREN
}
