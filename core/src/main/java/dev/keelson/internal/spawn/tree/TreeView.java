/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.util.List;

/** Looks for the processes of one tree, as often as it is asked. For one thread at a time. */
interface TreeView extends AutoCloseable {

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

  /**
   * Ends whoever can be found.
   *
   * @param live what the last look returned
   * @return those that a KILL was sent to, or tried to
   */
  default List<TreeMember> strike(List<TreeMember> live) {
    // Parents first, so that a supervisor does not live to replace its children.
    live.forEach(TreeMember::kill);
    return live;
  }

  /** From now on the root may be reaped, and its pid mean another process. */
  default void letGoOfRoot() {}

  /** Lets go of all members. */
  @Override
  default void close() {}
}
