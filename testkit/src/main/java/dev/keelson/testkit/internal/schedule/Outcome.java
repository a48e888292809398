/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.List;
import javax.annotation.Nullable;

/**
 * How a schedule ended.
 *
 * @param finding why it failed; null if it did not
 * @param trace what happened
 * @param names of the threads, by index
 * @param outside who blocked where nobody told of it: then the schedule was not in our hands alone
 */
record Outcome(@Nullable Finding finding, Trace trace, List<String> names, List<String> outside) {

  /** Whether the other one went the same way to the same end. */
  boolean isSameAs(Outcome other) {
    Finding theirs = other.finding;
    boolean sameEnd =
        finding == null ? theirs == null : theirs != null && finding.kind() == theirs.kind();
    return sameEnd && trace.isSameAs(other.trace);
  }
}
