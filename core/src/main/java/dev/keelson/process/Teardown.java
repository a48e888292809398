/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What was ended with a child, and what got away. Immutable.
 *
 * @param reason why the tree was ended, in a few words
 * @param ended the processes that were sent a signal and are gone, or were sent KILL, which leaves
 *     none of them to run again: a busy machine may take a moment more to remove it, and one that
 *     waits for a dead disk stays until that answers
 * @param escaped the processes that were found, and were there without a KILL when the time was up;
 *     and the child itself if the system still kept it then, KILL or not
 * @param duration how long it took
 */
public record Teardown(String reason, List<Member> ended, List<Member> escaped, Duration duration) {

  /**
   * A process of the tree.
   *
   * @param pid its pid at the time
   * @param program its program, without arguments; empty where that could not be read
   * @param signal the last signal it was sent
   */
  public record Member(long pid, String program, int signal) {
    @Override
    public String toString() {
      return pid + (program.isEmpty() ? "" : " " + program) + " signal " + signal;
    }
  }

  /** Copies the lists. */
  public Teardown {
    requireNonNull(reason, "reason");
    requireNonNull(duration, "duration");
    ended = List.copyOf(ended);
    escaped = List.copyOf(escaped);
  }

  /**
   * Whether nothing that was found got away. What was never found, a daemon that cleared its
   * environment, is in neither list.
   */
  public boolean isComplete() {
    return escaped.isEmpty();
  }
}
