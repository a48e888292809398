/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.util.List;

/** Looks for the processes of one tree, as often as it is asked. For one thread. */
interface TreeView {

  /**
   * Those that live now, the oldest first: neither gone nor zombies, never this JVM or a pid of 1
   * or less. A process is the same object in every look.
   */
  List<TreeMember> look();

  /**
   * Whether the last look could judge everybody it saw; if not, there may be more members than it
   * returned.
   */
  boolean isSure();
}
