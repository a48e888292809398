/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import dev.keelson.testkit.ScheduleTest;
import java.util.concurrent.atomic.AtomicInteger;

/** What a user writes: code with a point of its own, and the test of it. */
final class Seats {

  private Seats() {}

  private static void sellTwice(Schedule schedule, boolean atOnce) {
    AtomicInteger free = new AtomicInteger(1);
    AtomicInteger sold = new AtomicInteger();
    for (String clerk : new String[] {"one", "two"}) {
      schedule.thread(clerk, () -> sold.addAndGet(sell(free, atOnce) ? 1 : 0));
    }
    schedule.after(() -> assertEquals(1, sold.get(), "seats sold"));
  }

  private static boolean sell(AtomicInteger free, boolean atOnce) {
    int seen = free.get();
    SchedulePoints.reach("seat.free");
    if (atOnce) {
      return seen > 0 && free.compareAndSet(seen, seen - 1);
    }
    if (seen == 0) {
      return false;
    }
    free.decrementAndGet(); // whoever else has seen it free does so, too
    return true;
  }

  /** Looks, and sells. */
  static class Wrong {
    @ScheduleTest(iterations = 2_000, depth = 2)
    void sellsTheSeatOnce(Schedule schedule) {
      sellTwice(schedule, false);
    }
  }

  /** In one step. */
  static class Right {
    @ScheduleTest(iterations = 100, depth = 2)
    void sellsTheSeatOnce(Schedule schedule) {
      sellTwice(schedule, true);
    }
  }
}
