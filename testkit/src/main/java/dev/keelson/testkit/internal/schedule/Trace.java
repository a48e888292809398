/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.ArrayList;
import java.util.List;

/** What happened in a schedule, step by step. Guarded by the baton's lock while it grows. */
final class Trace {

  /**
   * One step.
   *
   * @param who the index of the thread that went on
   * @param point from where
   * @param cuts whether another one went on before that could have gone on
   * @param note what else there is to say, or nothing
   */
  record Step(int who, String point, boolean cuts, String note) {}

  private final List<Step> steps = new ArrayList<>();
  private int hash = 17;

  void add(Step step) {
    steps.add(step);
    hash = (hash * 31 + step.who()) * 31 + step.point().hashCode();
  }

  List<Step> steps() {
    return steps;
  }

  int size() {
    return steps.size();
  }

  /** The same in every JVM. */
  int hash() {
    return hash;
  }

  boolean isSameAs(Trace other) {
    return hash == other.hash && size() == other.size();
  }

  int[] who() {
    return steps.stream().mapToInt(Step::who).toArray();
  }
}
