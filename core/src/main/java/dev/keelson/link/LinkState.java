/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/** What a {@link ParentLink} says about the parent. */
public enum LinkState {
  /** There is no parent: never attached, or detached since. */
  ROOT,

  /** There is a parent, and it is alive. */
  ATTACHED,

  /** There was a parent: it was collected, or its {@link Children} were closed. */
  ORPHANED
}
