/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import dev.keelson.testkit.ScheduleStrategy;
import dev.keelson.testkit.ScheduleTest;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The annotation, and the words of what fails. */
@Tag("process")
class ScheduleExtensionTest {

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final AtomicInteger PREPARED = new AtomicInteger();

  private static Events run(Class<?> fixture) {
    CALLS.set(0);
    PREPARED.set(0);
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(fixture))
        .configurationParameter(
            "junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
        .execute()
        .testEvents();
  }

  private static Map<String, String> failures(Events events) {
    Map<String, String> failures = new TreeMap<>();
    events.failed().stream()
        .forEach(
            event ->
                failures.put(
                    event.getTestDescriptor().getDisplayName().replaceAll("\\(.*", ""),
                    String.valueOf(
                        event
                            .getRequiredPayload(TestExecutionResult.class)
                            .getThrowable()
                            .orElseThrow()
                            .getMessage())));
    return failures;
  }

  /** Not a test by itself: JUnit finds no class that is private. */
  private static class Hits {
    int hits;

    void hit() {
      int seen = hits;
      SchedulePoints.reach("hits.read");
      hits = seen + 1;
    }
  }

  static class Fixtures {
    @BeforeEach
    void prepare() {
      PREPARED.incrementAndGet();
    }
  }

  static class Right extends Fixtures {
    @ScheduleTest(iterations = 70, strategy = ScheduleStrategy.RANDOM)
    void shouldPass(TestInfo info, Schedule schedule) {
      CALLS.incrementAndGet();
      Hits hits = new Hits();
      schedule.thread("one", hits::hit);
      schedule.after(() -> assertEquals("shouldPass", info.getTestMethod().get().getName()));
    }
  }

  static class Wrong extends Fixtures {
    @ScheduleTest(depth = 2)
    void shouldCountBoth(Schedule schedule) {
      both(schedule);
    }

    @ScheduleTest(replay = "s1-ab2a-c004885b")
    void shouldCountBothAgain(Schedule schedule) {
      CALLS.incrementAndGet();
      both(schedule);
    }

    private static void both(Schedule schedule) {
      Hits hits = new Hits();
      schedule.thread("one", hits::hit);
      schedule.thread("two", hits::hit);
      schedule.after(
          () -> {
            if (hits.hits != 2) {
              throw new IllegalStateException("hits: " + hits.hits);
            }
          });
    }
  }

  static class Unusable extends Fixtures {
    @ScheduleTest
    void shouldHaveAParameter() {}

    @ScheduleTest(replay = "no token")
    void shouldHaveAToken(Schedule schedule) {}

    @ScheduleTest(iterations = 0)
    void shouldHaveSchedules(Schedule schedule) {}
  }

  @Test
  void shouldCallTheMethodForEachScheduleAndPrepareOnce() {
    Events events = run(Right.class);
    assertEquals(Map.of(), failures(events));
    assertEquals(1, events.succeeded().count());
    // Schedules 1, 2, 4 ... 64 are run twice.
    assertEquals(70 + 7, CALLS.get());
    assertEquals(1, PREPARED.get());
  }

  @Test
  void shouldTellWhatHappenedAndHowToHaveItAgain() {
    Map<String, String> failures = failures(run(Wrong.class));
    assertEquals(
        """
        schedule 2 of 1000 fails: what was to hold afterwards: java.lang.IllegalStateException: hits: 1
            at dev.keelson.testkit.schedule.ScheduleExtensionTest$Wrong.LAMBDA
          step  one        two
             1  start
             2             start *
             3             hits.read
             4  hits.read
          * the one before could have gone on
        to replay: @ScheduleTest(replay = "s1-ab2a-c004885b")
          done once: it fails again in the same way
        PCT, depth 2, seed 1, on JDK N, N processors\
        """,
        masked(failures.get("shouldCountBoth")));
    String again = masked(failures.get("shouldCountBothAgain"));
    assertTrue(again.startsWith("replayed schedule fails: what was to hold"), again);
    assertTrue(again.contains("to replay: @ScheduleTest(replay = \"s1-ab2a-c004885b\")"), again);
    assertEquals(1, CALLS.get());
  }

  private static String masked(String message) {
    return message
        .replaceAll("on JDK .*", "on JDK N, N processors")
        .replaceAll("\\.lambda\\$.*", ".LAMBDA")
        .replaceAll("(?m)^    at (?!.*LAMBDA).*\\R", "");
  }

  @Test
  void shouldExplainWhatItCannotUse() {
    Map<String, String> failures = failures(run(Unusable.class));
    assertTrue(
        failures.get("shouldHaveAParameter").contains("has no parameter of type Schedule"),
        failures.toString());
    assertTrue(
        failures.get("shouldHaveAToken").startsWith("replay is \"no token\"; it must be"),
        failures.toString());
    assertTrue(
        failures.get("shouldHaveSchedules").startsWith("iterations is 0"), failures.toString());
  }
}
