/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import dev.keelson.spi.SchedulePoints;
import java.lang.reflect.Field;

/** Says whether there is a hook, and has a small method compiled with points and without any. */
final class PointsMain {

  private static final int CALLS = 100_000;

  private PointsMain() {}

  public static void main(String[] args) throws Exception {
    Field hook = SchedulePoints.class.getDeclaredField("HOOK");
    hook.setAccessible(true);
    System.out.println("hook " + (hook.get(null) != null));
    long sum = 0;
    for (int i = 0; i < CALLS; i++) {
      sum += withPoints(i) + withoutAny(i);
    }
    if (sum == 42) {
      throw new IllegalStateException("used, so that nobody leaves it out");
    }
  }

  static long withPoints(long x) {
    SchedulePoints.reach("first");
    long y = x * 31;
    if (SchedulePoints.controlled()) {
      y = 0;
    }
    SchedulePoints.await("second", () -> true);
    return y ^ (y >>> 7);
  }

  static long withoutAny(long x) {
    long y = x * 31;
    return y ^ (y >>> 7);
  }
}
