/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Durations as every method of this package takes them: not null, not negative, zero means at once,
 * huge ones saturate.
 */
final class Durations {

  /** No instant at all: far enough away to be added to {@link System#nanoTime} without overflow. */
  static final long NEVER = Long.MAX_VALUE / 4;

  private Durations() {}

  /** The nanoseconds of {@code duration}, at most {@link #NEVER}. */
  static long nanos(String argument, Duration duration) {
    requireNonNull(duration, argument);
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          argument + " is " + duration + "; it must not be negative (zero means at once)");
    }
    try {
      return Math.min(duration.toNanos(), NEVER);
    } catch (ArithmeticException tooLong) {
      return NEVER;
    }
  }

  /** The instant that far from {@code start}. */
  static long after(long start, long nanos) {
    return start + Math.min(nanos, NEVER);
  }
}
