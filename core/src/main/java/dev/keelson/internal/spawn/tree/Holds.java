/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.io.IOException;
import javax.annotation.Nullable;

/** Takes hold of processes, by whatever means the system has. Safe for use by multiple threads. */
public interface Holds {

  /**
   * Takes hold of the process that has this pid now.
   *
   * @return null if there is none
   * @throws IOException if that cannot be done at present, for want of descriptors for example
   */
  @Nullable
  Hold open(long pid) throws IOException;

  /**
   * Sends a signal to every process of a group. Whoever calls this knows that its leader has not
   * been reaped, so that the number means that group.
   *
   * @param leader the group's number, greater than 1
   */
  void signalGroup(long leader, int signal);
}
