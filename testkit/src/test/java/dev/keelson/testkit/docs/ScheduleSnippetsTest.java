/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keelson.lock.ResettableLock;
import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import dev.keelson.testkit.ScheduleError;
import dev.keelson.testkit.ScheduleTest;
import dev.keelson.testkit.Schedules;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What docs/testkit.md shows of schedules; each snippet is run. */
@Tag("process")
class ScheduleSnippetsTest {

  /** The code under test, after the fix. */
  static final class Cache {
    private final ResettableLock lock = new ResettableLock();
    private final Map<String, Object> values = new HashMap<>();

    Object get(String key) {
      lock.lock();
      try {
        return values.computeIfAbsent(key, k -> new Object());
      } finally {
        lock.unlock();
      }
    }
  }

  // snippet: schedule-test
  @ScheduleTest(iterations = 200, depth = 2)
  void shouldGiveBothTheSameValue(Schedule schedule) {
    Cache cache = new Cache();
    Object[] got = new Object[2];
    schedule.thread("one", () -> got[0] = cache.get("key"));
    schedule.thread("two", () -> got[1] = cache.get("key"));
    schedule.after(() -> assertSame(got[0], got[1]));
  }

  // end

  /** A program's own code, with a point between its two steps. */
  static final class Counter {
    private int value;

    // snippet: schedule-point
    void increment() {
      int seen = value;
      SchedulePoints.reach("counter.read"); // here another thread may be let in
      value = seen + 1;
    }
    // end
  }

  private static void explore() throws Exception {
    // snippet: schedule-anywhere
    Schedules.pct(2)
        .iterations(2_000)
        .check(
            schedule -> {
              Counter counter = new Counter();
              schedule.thread("one", counter::increment);
              schedule.thread("two", counter::increment);
              schedule.after(() -> assertEquals(2, counter.value));
            });
    // end
  }

  @Test
  void shouldFindTheLostUpdate() {
    ScheduleError found = assertThrows(ScheduleError.class, ScheduleSnippetsTest::explore);
    assertEquals(2, found.iteration());
  }
}
