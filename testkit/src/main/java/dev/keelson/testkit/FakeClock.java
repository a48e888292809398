/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.fake.VirtualClock;
import java.time.Duration;

/**
 * The time in which the processes of a {@link FakeLauncher} live. Safe for use by multiple threads.
 *
 * <p>It stands still while Keelson, a fake process or a caller in {@code run()} has something to
 * do, and jumps to the next instant at which something is due when somebody waits: in {@code
 * run()}, for a child, for its output, or for a future of {@code runAsync()}. What waits outside of
 * Keelson, on a latch say, moves nothing; then there is {@link #advance}.
 */
public final class FakeClock {

  private final VirtualClock clock;

  FakeClock(VirtualClock clock) {
    this.clock = clock;
  }

  /** How much time has passed since the launcher was made. */
  public Duration elapsed() {
    return Duration.ofNanos(clock.nanoTime());
  }

  /**
   * Lets time pass, and returns when everything that is due until then has been done.
   *
   * @throws IllegalArgumentException if the duration is negative, or if more than 292 years would
   *     have passed
   * @throws IllegalStateException if another thread does the same, or if time is real because a
   *     command was passed through
   * @throws InterruptedException if the thread is interrupted while things are being done
   */
  public void advance(Duration duration) throws InterruptedException {
    if (requireNonNull(duration, "duration").isNegative()) {
      throw new IllegalArgumentException(
          "duration is " + duration + "; time does not run backwards");
    }
    try {
      clock.advance(duration.toNanos());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "duration is " + duration + "; at most 292 years may pass in all", e);
    }
  }

  /** The same as {@link #elapsed}, for messages. */
  @Override
  public String toString() {
    return elapsed().toString();
  }
}
