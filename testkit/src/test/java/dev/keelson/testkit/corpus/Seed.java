/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import java.util.List;

/**
 * A bug that was planted.
 *
 * @param name what is wrong, in words
 * @param source the public report of its like, or {@link #OWN}
 * @param trial the tool, and both variants under it
 * @param culprits what the accusation must contain
 * @param whole whether it is too slow for every build
 * @param missed why no tool finds it; empty if one does
 */
record Seed(
    String name, String source, Trial trial, List<String> culprits, boolean whole, String missed) {

  /** Not from a report. */
  static final String OWN = "own";

  /** A seed that is found. */
  static Seed of(String name, String source, Trial trial, String... culprits) {
    return new Seed(name, source, trial, List.of(culprits), false, "");
  }

  /** The same, for long runs only. */
  Seed inWholeRuns() {
    return new Seed(name, source, trial, culprits, true, missed);
  }

  /** The same, though the tool that is nearest to it says nothing of the wrong variant either. */
  Seed missedBecause(String why) {
    return new Seed(name, source, trial, List.of(), whole, why);
  }

  boolean isFromAReport() {
    return !source.equals(OWN);
  }

  boolean isMissed() {
    return !missed.isEmpty();
  }

  @Override
  public String toString() {
    return name;
  }
}
