/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.time.Duration;

/**
 * Stretches the waits of this testkit on a slow or loaded machine: {@code
 * -Dkeelson.testkit.timeFactor=3} makes every deadline three times as long.
 */
public final class TimeFactor {

  public static final String PROPERTY = "keelson.testkit.timeFactor";

  private TimeFactor() {}

  /** The factor in force; 1 unless the property says otherwise. */
  public static double value() {
    String text = System.getProperty(PROPERTY);
    if (text == null || text.isBlank()) {
      return 1;
    }
    double factor;
    try {
      factor = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PROPERTY + " must be a number but is \"" + text + '"', e);
    }
    if (!(factor > 0) || factor > 1_000) {
      throw new IllegalArgumentException(PROPERTY + " must be in (0, 1000] but is " + text);
    }
    return factor;
  }

  /** Stretches it; what is longer than {@link System#nanoTime} can tell becomes the longest. */
  public static Duration scale(Duration duration) {
    double nanos = duration.getSeconds() * 1e9 + duration.getNano();
    return Duration.ofNanos((long) (nanos * value()));
  }
}
