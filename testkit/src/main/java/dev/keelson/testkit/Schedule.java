/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.internal.schedule.Explorer;
import java.time.Duration;

/**
 * One of the schedules of a {@link ScheduleTest}, or of {@link Schedules}: takes the threads whose
 * steps are to be interleaved, and what has to hold when all are over.
 *
 * <p>The threads begin when the test method has returned. Of all of them one runs at a time; where
 * another one may take its place are the points of {@link SchedulePoints}, Keelson's locks,
 * conditions and wakers, and {@link #sleep}.
 *
 * <p><b>Thread safety.</b> Used by the test's thread, and by the threads of the schedule.
 *
 * <p>Memory consistency effects: what one thread of a schedule does <i>happens-before</i> what the
 * next one to run does, whatever is volatile and what not.
 */
public final class Schedule {

  private final Explorer.Stage stage;

  Schedule(Explorer.Stage stage) {
    this.stage = stage;
  }

  /**
   * Adds a thread: from the test method one that begins when that returns, from a thread of the
   * schedule one that can begin at once. At most 26.
   *
   * @param name the head of its column in the trace
   * @param body what it does; what it throws fails the schedule
   * @return the thread, to be interrupted perhaps. Nobody should join it: see {@link #after}
   * @throws IllegalStateException if the schedule runs and the caller is none of its threads, or if
   *     there are 26 already
   */
  public Thread thread(String name, Body body) {
    return stage.thread(requireNonNull(name, "name"), requireNonNull(body, "body"));
  }

  /**
   * Adds a check, which the test's thread makes when all threads are over and none has failed; in
   * the order of these calls.
   */
  public void after(Body check) {
    stage.after(requireNonNull(check, "check"));
  }

  /**
   * Lets that much of the schedule's time pass, in which the calling thread does nothing. Time
   * stands still while any thread can go on, and then jumps: it takes none of the test's.
   *
   * @throws IllegalStateException if the calling thread is none of a schedule's
   * @throws InterruptedException if it is interrupted
   */
  public void sleep(Duration time) throws InterruptedException {
    if (!SchedulePoints.controlled()) {
      throw new IllegalStateException(
          "this thread is none of the schedule's: sleep in the body of Schedule.thread");
    }
    SchedulePoints.await("sleep", () -> false, time.toNanos(), true);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
