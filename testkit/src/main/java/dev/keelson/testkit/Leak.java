/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;

/**
 * One thing that was left behind.
 *
 * @param kind what it is
 * @param id what tells it from every other thing of its kind: pid and start time, thread id,
 *     descriptor number with target and inode, path
 * @param name its description for people; {@link LeakPolicy#ignoring} matches against it
 * @param state what it is doing: running, zombie, escaped, a thread's state
 * @param age how long it has existed, if that is known
 * @param site where it was created, if Keelson created it; a throwable that was never thrown
 * @param process the process, if it is one
 * @param details further lines, such as where a thread is now
 */
public record Leak(
    LeakKind kind,
    String id,
    String name,
    String state,
    @Nullable Duration age,
    @Nullable Throwable site,
    @Nullable ProcInfo process,
    List<String> details) {

  /** Checks that nothing is missing and copies the details. */
  public Leak {
    requireNonNull(kind, "kind");
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    details = List.copyOf(details);
  }

  /** Whether this is the same thing, perhaps seen at another moment. */
  boolean isSame(Leak other) {
    return kind == other.kind && id.equals(other.id);
  }
}
