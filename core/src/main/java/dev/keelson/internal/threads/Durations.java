/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Durations as every method takes them: not null, not negative, zero means at once, huge ones
 * saturate.
 */
public final class Durations {

  /** No instant at all: far enough away to be added to {@link System#nanoTime} without overflow. */
  public static final long NEVER = Long.MAX_VALUE / 4;

  private Durations() {}

  /** The nanoseconds of {@code duration}, at most {@link #NEVER}. */
  public static long nanos(String argument, Duration duration) {
    if (requireNonNull(duration, argument).isNegative()) {
      throw new IllegalArgumentException(
          argument + " is " + duration + "; it must not be negative (zero means at once)");
    }
    return saturated(duration);
  }

  /** The same of one that may be negative, and then not below {@code -NEVER}. */
  public static long saturated(Duration duration) {
    try {
      return Math.max(-NEVER, Math.min(duration.toNanos(), NEVER));
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? -NEVER : NEVER;
    }
  }

  /** The instant that far from {@code start}. */
  public static long after(long start, long nanos) {
    return start + Math.min(nanos, NEVER);
  }

  /** The milliseconds to sleep for so many nanoseconds: never too short, at least one. */
  public static long roundedUpMillis(long nanos) {
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }
}
