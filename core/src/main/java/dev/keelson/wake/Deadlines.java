/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** Durations as this package takes them: not null, not negative, zero looks, huge ones saturate. */
final class Deadlines {

  /** No end at all: far enough away to be added to {@link System#nanoTime} without overflow. */
  static final long NEVER = Long.MAX_VALUE / 4;

  private Deadlines() {}

  /** The nanoseconds of {@code duration}, at most {@link #NEVER}. */
  static long nanos(String argument, Duration duration) {
    requireNonNull(duration, argument);
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          argument + " is " + duration + "; it must not be negative (zero only looks)");
    }
    try {
      return Math.min(duration.toNanos(), NEVER);
    } catch (ArithmeticException tooLong) {
      return NEVER;
    }
  }

  /** The milliseconds to sleep for so many nanoseconds: never too short, at least one. */
  static long roundedUpMillis(long nanos) {
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }
}
