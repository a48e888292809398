/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.testkit.internal.schedule.Explorer;

/**
 * A schedule failed. The message has what happened, step by step, and the token that runs this very
 * schedule again.
 *
 * <p>A plain assertion error, so that it serves any test framework. What a thread or a check threw
 * is its cause.
 */
public final class ScheduleError extends AssertionError {

  private static final long serialVersionUID = 1;

  private final String token;
  private final int iteration;

  ScheduleError(Explorer.Failure failure) {
    super(failure.text(), failure.cause());
    token = failure.token();
    iteration = failure.iteration();
  }

  /** By which it is run again: {@link ScheduleTest#replay}, {@link Schedules#replay}. */
  public String token() {
    return token;
  }

  /** Which of the schedules it was, from 1. */
  public int iteration() {
    return iteration;
  }
}
