/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

import java.util.ServiceLoader;
import javax.annotation.Nullable;

/**
 * Where Keelson's protocols name the points between two of their steps. Called by Keelson's own
 * packages; a program that wants its own code explored may call it too.
 *
 * <p>Safe for use by multiple threads. Without a {@link ScheduleHook} a point is a test of a
 * constant that the compiler removes.
 */
public final class SchedulePoints {

  private static final @Nullable ScheduleHook HOOK =
      ServiceLoader.load(ScheduleHook.class, SchedulePoints.class.getClassLoader())
          .findFirst()
          .orElse(null);

  private SchedulePoints() {}

  /** Says that the calling thread is at {@code point}; returns when the hook lets it go on. */
  public static void reach(String point) {
    if (HOOK != null) {
      HOOK.reached(point);
    }
  }
}
