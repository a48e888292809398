/* SPDX-License-Identifier: Apache-2.0 */
package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.testkit.Gc;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.Schedule;
import dev.keelson.testkit.ScheduleTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a JUnit beside it that is older than the one Keelson is built with. */
class OldJunitTest {

  private static final List<Object> LEAKED = new ArrayList<>();

  @BeforeAll
  static void shouldBeTheOldOne() {
    String version = Test.class.getPackage().getImplementationVersion();
    assertEquals("5.13", version.substring(0, 4));
  }

  @NoLeaks
  @Test
  void shouldLeaveNothing(LeakScope scope) throws Exception {
    assertEquals(List.of("hello"), Command.of("echo", "hello").run().lines());
  }

  @Test
  void shouldSayWhatHoldsTheObject() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Gc.assertCollectable(
                    () -> {
                      Object made = new Object();
                      LEAKED.add(made);
                      return made;
                    }));
    LEAKED.clear();
    assertTrue(error.getMessage().contains("OldJunitTest.LEAKED"), error.getMessage());
  }

  @ScheduleTest(iterations = 20)
  void shouldCountBoth(Schedule schedule) {
    AtomicInteger count = new AtomicInteger();
    schedule.thread("one", count::incrementAndGet);
    schedule.thread("two", count::incrementAndGet);
    schedule.after(() -> assertEquals(2, count.get()));
  }
}
