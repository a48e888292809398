/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import javax.annotation.Nullable;

/**
 * Turns what was read of a process into a member that means that process and no other: it takes
 * whatever means the process first and reads the start time again then. If it is what was examined,
 * the pid has not changed hands in between. For one thread.
 */
interface Binder {

  /** The root, or null if it is not the process that was examined. */
  @Nullable
  TreeMember root(ProcStat examined);

  /** Another process, or null likewise. */
  @Nullable
  TreeMember member(ProcStat examined);
}
