/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/** Which schedules a {@link ScheduleTest} tries. */
public enum ScheduleStrategy {
  /**
   * Few switches at places drawn by lot, where a bug that needs {@code depth} things to come in one
   * order is found with a known probability.
   */
  PCT,
  /** Any thread at any step. */
  RANDOM
}
