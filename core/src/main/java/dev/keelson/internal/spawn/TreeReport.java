/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.List;

/**
 * What became of a tree.
 *
 * @param ended the processes that were sent a signal and are gone, or were sent KILL
 * @param escaped those that were found and could not be sent KILL in time
 */
public record TreeReport(List<Member> ended, List<Member> escaped) {

  /** A tree in which nothing was left to end. */
  public static final TreeReport NOTHING = new TreeReport(List.of(), List.of());

  /** Copies the lists. */
  public TreeReport {
    ended = List.copyOf(ended);
    escaped = List.copyOf(escaped);
  }

  /**
   * One process of a tree.
   *
   * @param pid its pid at the time
   * @param program the path or name of its program, or empty where that could not be read; never
   *     its arguments
   * @param signal the last signal it was sent
   */
  public record Member(long pid, String program, int signal) {}
}
