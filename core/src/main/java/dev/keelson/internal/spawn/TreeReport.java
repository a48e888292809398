/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a tree.
 *
 * @param ended the processes that were sent a signal and are gone, or were sent KILL
 * @param escaped those that were found and could not be sent KILL in time, or are known to be there
 *     although they were
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
   * The same with a process that was sent that signal and is there all the same: it has escaped and
   * not ended.
   */
  public TreeReport escaping(long pid, int signal) {
    Member there = new Member(pid, "", signal);
    List<Member> gone = new ArrayList<>();
    List<Member> escapees = new ArrayList<>();
    for (Member member : escaped) {
      if (member.pid() == pid) {
        return this;
      }
    }
    for (Member member : ended) {
      if (member.pid() == pid) {
        there = member;
      } else {
        gone.add(member);
      }
    }
    escapees.add(there);
    escapees.addAll(escaped);
    return new TreeReport(gone, escapees);
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
