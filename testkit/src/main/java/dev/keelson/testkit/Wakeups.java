/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.HangText;
import dev.keelson.testkit.internal.TimeFactor;
import dev.keelson.testkit.internal.WakeRace;
import dev.keelson.wake.Waker;
import java.time.Duration;

/**
 * Asserts that no wake-up is lost between the last look at the work and going to sleep: a thread
 * posts work and wakes, another waits until it has seen it, many thousand times, with delays that
 * move the one over the other.
 *
 * <pre>{@code
 * Wakeups.assertNoneLost(waker, 10_000, ofSeconds(2));
 * }</pre>
 *
 * <p>What has to hold is <em>at least one return after the last wake</em>: several wakes may become
 * one, and a wait may end for no reason. A lost wake-up is found when a wait goes on for longer
 * than the limit although work was posted and the wake has returned.
 *
 * <p><b>Thread safety.</b> Stateless; safe for use by multiple threads. Nobody else may wait on the
 * waker in the meantime.
 *
 * <p><b>Limitations.</b> It tries schedules by chance. On a machine with one processor, few.
 */
public final class Wakeups {

  /** Something by which one thread wakes another that waits. */
  public interface Subject {
    /** Waits until woken since the last return, for at most that long; may return early. */
    void await(Duration limit) throws Exception;

    /** Wakes whoever waits, or will wait next. */
    void wake() throws Exception;
  }

  private Wakeups() {}

  /**
   * Asserts it of a {@link Waker}. Waits left over from before are harmless.
   *
   * @param rounds how many pieces of work are posted
   * @param within how long one wait may go on with work posted; multiplied by {@code
   *     -Dkeelson.testkit.timeFactor}
   * @throws AssertionError if a wake-up is lost, or waking or waiting fails
   * @throws IllegalArgumentException if there is no round, or the limit is not positive
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static void assertNoneLost(Waker waker, int rounds, Duration within)
      throws InterruptedException {
    requireNonNull(waker, "waker");
    Subject subject =
        new Subject() {
          @Override
          public void await(Duration limit) throws InterruptedException {
            waker.await(limit);
          }

          @Override
          public void wake() {
            waker.wake();
          }

          @Override
          public String toString() {
            return waker.toString();
          }
        };
    assertNoneLost(subject, rounds, within);
  }

  /**
   * Asserts it of anything that wakes: a condition, a queue, a selector.
   *
   * @param rounds how many pieces of work are posted
   * @param within how long one wait may go on with work posted; multiplied by {@code
   *     -Dkeelson.testkit.timeFactor}
   * @throws AssertionError if a wake-up is lost, or waking or waiting fails
   * @throws IllegalArgumentException if there is no round, or the limit is not positive
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static void assertNoneLost(Subject subject, int rounds, Duration within)
      throws InterruptedException {
    requireNonNull(subject, "subject");
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is " + rounds + "; at least one is needed");
    }
    if (within.isZero() || within.isNegative()) {
      throw new IllegalArgumentException("within is " + within + "; it must be positive");
    }
    Duration limit = TimeFactor.scale(within);
    WakeRace race = new WakeRace(subject::await, subject::wake, rounds, limit);
    WakeRace.Outcome outcome = race.run();
    if (outcome.failure() != null) {
      throw new AssertionError(
          "in round " + outcome.round() + " of " + rounds + " " + outcome.failure(),
          outcome.failure());
    }
    if (outcome.lost()) {
      throw new AssertionError(
          String.join(
              "\n",
              "wake-up lost in round " + outcome.round() + " of " + rounds,
              "  work was posted and wake() returned, and await() went on for "
                  + limit.toMillis()
                  + " ms",
              "  the waiting thread, when that was found:",
              outcome.stack(),
              "to fix: make the wake-up stick: what wakes sets a flag first, and what waits looks"
                  + " at it after it has said that it is about to sleep",
              HangText.where()));
    }
  }
}
