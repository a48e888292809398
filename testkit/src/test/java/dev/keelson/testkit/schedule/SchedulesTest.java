/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.lock.ResettableLock;
import dev.keelson.spi.ScheduleHook;
import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import dev.keelson.testkit.ScheduleError;
import dev.keelson.testkit.Schedules;
import dev.keelson.wake.Waker;
import dev.keelson.wake.Wakeup;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is explored, what is found, and how a wait in Keelson becomes the schedule's. */
@Tag("process")
class SchedulesTest {

  private static final class Counter {
    int value;

    void increment() {
      int seen = value;
      SchedulePoints.reach("counter.read");
      value = seen + 1;
    }
  }

  private static void count(Schedule schedule) {
    Counter counter = new Counter();
    schedule.thread("one", counter::increment);
    schedule.thread("two", counter::increment);
    schedule.after(() -> assertEquals(2, counter.value));
  }

  private static ScheduleError failing(Schedules schedules, Schedules.Scenario scenario) {
    return assertThrows(ScheduleError.class, () -> schedules.check(scenario));
  }

  @Test
  void shouldFindALostUpdateByBothStrategiesAndReplayIt() {
    for (Schedules each : List.of(Schedules.pct(2), Schedules.random())) {
      ScheduleError found = failing(each, SchedulesTest::count);
      assertTrue(found.iteration() < 50, found.getMessage());
      ScheduleError again = failing(Schedules.replay(found.token()), SchedulesTest::count);
      assertEquals(found.token(), again.token());
    }
  }

  @Test
  void shouldTellTheFailureThatKeepsTheTestFromBeingBegunAgain() {
    AtomicInteger begun = new AtomicInteger();
    IllegalStateException taken = new IllegalStateException("the port is taken");
    ScheduleError found =
        failing(
            Schedules.random(),
            schedule -> {
              if (begun.getAndIncrement() > 0) {
                throw taken;
              }
              schedule.thread("fails", () -> assertEquals(1, 2));
            });
    assertEquals(1, found.iteration());
    assertFalse(found.getMessage().contains("not deterministic"), found::getMessage);
    Throwable cause = found.getCause();
    assertTrue(cause == taken || List.of(cause.getSuppressed()).contains(taken), found::toString);
  }

  @Test
  void shouldReplayAScheduleThatIsLongerThanTheDefault() {
    Schedules.Scenario scenario =
        schedule ->
            schedule.thread(
                "long",
                () -> {
                  for (int i = 0; i < 12_000; i++) {
                    SchedulePoints.reach("step");
                  }
                  assertEquals(1, 2);
                });
    ScheduleError found = failing(Schedules.random().maxSteps(20_000), scenario);
    ScheduleError again = failing(Schedules.replay(found.token()), scenario);
    assertFalse(again.getMessage().contains("not done after"), again::getMessage);
    assertEquals(found.token(), again.token());
  }

  @Test
  void shouldRunOneThreadAtATimeAndEveryOrderOfTwo() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    Set<String> orders = new HashSet<>();
    Schedules.random()
        .iterations(100)
        .check(
            schedule -> {
              List<String> order = new ArrayList<>();
              for (String name : List.of("a", "b")) {
                schedule.thread(
                    name,
                    () -> {
                      for (int i = 0; i < 2; i++) {
                        assertEquals(1, inside.incrementAndGet());
                        order.add(name);
                        inside.decrementAndGet();
                        SchedulePoints.reach("noted");
                      }
                    });
              }
              schedule.after(() -> orders.add(String.join("", order)));
            });
    assertEquals(Set.of("aabb", "abab", "abba", "bbaa", "baba", "baab"), orders);
  }

  @Test
  void shouldWaitForALockOfKeelsonsInTheSchedule() throws Exception {
    Schedules.pct(3)
        .iterations(200)
        .check(
            schedule -> {
              ResettableLock lock = new ResettableLock();
              Counter counter = new Counter();
              for (String name : List.of("a", "b", "c")) {
                schedule.thread(
                    name,
                    () -> {
                      lock.lock();
                      try {
                        counter.increment();
                      } finally {
                        lock.unlock();
                      }
                    });
              }
              schedule.after(() -> assertEquals(3, counter.value));
            });
  }

  @Test
  void shouldFindADeadlockOfTwoLocksAtOnce() {
    Schedules.Scenario scenario =
        schedule -> {
          ResettableLock left = new ResettableLock();
          ResettableLock right = new ResettableLock();
          schedule.thread("left first", () -> both(left, right));
          schedule.thread("right first", () -> both(right, left));
        };
    ScheduleError found = failing(Schedules.pct(2), scenario);
    assertTrue(found.getMessage().contains("deadlock: \"left first\" waits at lock.queued"));
    failing(Schedules.replay(found.token()), scenario);
  }

  private static void both(ResettableLock first, ResettableLock second) {
    first.lock();
    try {
      second.lock();
      second.unlock();
    } finally {
      first.unlock();
    }
  }

  @Test
  void shouldWaitOnAConditionInTheSchedulesTime() throws Exception {
    Schedules.random()
        .iterations(100)
        .check(
            schedule -> {
              ResettableLock lock = new ResettableLock();
              Condition ready = lock.newCondition();
              boolean[] said = new boolean[1];
              schedule.thread(
                  "waits",
                  () -> {
                    lock.lock();
                    try {
                      while (!said[0]) {
                        assertTrue(ready.await(1, TimeUnit.HOURS), "not in time");
                      }
                      assertEquals(false, ready.await(1, TimeUnit.HOURS));
                    } finally {
                      lock.unlock();
                    }
                  });
              schedule.thread(
                  "says",
                  () -> {
                    schedule.sleep(Duration.ofMinutes(59));
                    lock.lock();
                    try {
                      said[0] = true;
                      ready.signal();
                    } finally {
                      lock.unlock();
                    }
                  });
            });
  }

  @Test
  void shouldWaitForAWakerInTheSchedule() throws Exception {
    Schedules.pct(3)
        .iterations(200)
        .check(
            schedule -> {
              Waker waker = Waker.create();
              boolean[] posted = new boolean[1];
              schedule.thread(
                  "owner",
                  () -> {
                    while (!posted[0]) {
                      waker.await();
                    }
                    while (waker.await(Duration.ofDays(1)).kind() != Wakeup.Kind.TIMEOUT) {
                      assertTrue(posted[0]); // it was posted before the first wait, and woken since
                    }
                  });
              schedule.thread(
                  "poster",
                  () -> {
                    posted[0] = true;
                    SchedulePoints.reach("posted");
                    waker.wake();
                  });
              schedule.after(waker::close);
            });
  }

  @Test
  void shouldSpinOnlyUntilTheOthersHadTheirTurn() throws Exception {
    Schedules.pct(1)
        .iterations(20)
        .check(
            schedule -> {
              boolean[] done = new boolean[1];
              schedule.thread(
                  "spins",
                  () -> {
                    while (!done[0]) {
                      SchedulePoints.reach("spin");
                    }
                  });
              schedule.thread("ends it", () -> done[0] = true);
            });
  }

  @Test
  void shouldSayOfAScheduleWithoutEndHowManyStepsItTook() {
    ScheduleError found =
        failing(
            Schedules.random().maxSteps(500),
            schedule ->
                schedule.thread(
                    "spins",
                    () -> {
                      while (true) {
                        SchedulePoints.reach("spin");
                      }
                    }));
    assertTrue(found.getMessage().contains("not done after 500 steps"), found.getMessage());
    assertTrue(found.getMessage().lines().count() <= 60, found.getMessage());
  }

  @Test
  void shouldSayThatATestIsNotDeterministic() {
    AtomicInteger runs = new AtomicInteger();
    ScheduleError found =
        failing(
            Schedules.random(),
            schedule -> {
              int run = runs.incrementAndGet();
              schedule.thread("changes", () -> SchedulePoints.reach("run " + run));
            });
    assertTrue(found.getMessage().contains("is not deterministic"), found.getMessage());
  }

  @Test
  void shouldRefuseToExploreWhatBlocksOutside() {
    Object monitor = new Object();
    ScheduleError found =
        failing(
            Schedules.random(),
            schedule -> {
              boolean[] held = new boolean[1];
              schedule.thread(
                  "holds",
                  () -> {
                    synchronized (monitor) {
                      held[0] = true;
                      SchedulePoints.reach("held");
                      SchedulePoints.reach("held");
                      SchedulePoints.await("blocked", () -> held[0]);
                    }
                  });
              schedule.thread(
                  "blocks",
                  () -> {
                    SchedulePoints.await("held", () -> held[0]);
                    synchronized (monitor) {
                      held[0] = false;
                    }
                  });
            });
    assertTrue(found.getMessage().startsWith("not explored: in 5 of "), found.getMessage());
  }

  @Test
  void shouldRefuseToExploreWhatBlocksOutsideThoughFewSchedulesAreTried() {
    ScheduleError found =
        failing(
            Schedules.random().iterations(3),
            schedule -> {
              CountDownLatch latch = new CountDownLatch(1);
              boolean[] begun = new boolean[1];
              schedule.thread(
                  "waits",
                  () -> {
                    begun[0] = true;
                    latch.await();
                  });
              schedule.thread(
                  "lets it go",
                  () -> {
                    SchedulePoints.await("begun", () -> begun[0]);
                    latch.countDown();
                  });
            });
    assertTrue(found.getMessage().startsWith("not explored: in 3 of 3 "), found.getMessage());
  }

  @Test
  void shouldReportACheckThatFailsWhenTheScheduleIsRunAgain() {
    AtomicInteger runs = new AtomicInteger();
    ScheduleError found =
        failing(
            Schedules.random().iterations(1),
            schedule -> {
              schedule.thread("one", () -> {});
              schedule.after(() -> assertEquals(1, runs.incrementAndGet()));
            });
    assertTrue(
        found.getMessage().startsWith("schedule 1 of 1 fails: what was to hold afterwards: "),
        found.getMessage());
    assertTrue(found.getMessage().contains("not deterministic: "), found.getMessage());
    assertInstanceOf(AssertionError.class, found.getCause());
    assertTrue(found.token().startsWith("s1-a-"), found.token());
  }

  @Test
  void shouldReportWhatFailsOutsideWhenTheScheduleIsRunAgain() {
    IllegalStateException mine = new IllegalStateException("mine");
    AtomicInteger runs = new AtomicInteger();
    ScheduleError found =
        failing(
            Schedules.random().iterations(1),
            schedule -> {
              boolean again = runs.incrementAndGet() > 1;
              CountDownLatch latch = new CountDownLatch(again ? 1 : 0);
              schedule.thread(
                  "waits",
                  () -> {
                    latch.await();
                    if (again) {
                      throw mine;
                    }
                  });
              schedule.thread("lets it go", latch::countDown);
            });
    assertSame(mine, found.getCause());
    assertTrue(found.getMessage().contains("blocked where no point is"), found.getMessage());
  }

  @Test
  void shouldRefuseAScheduleWithoutThreads() {
    for (Schedules each : List.of(Schedules.random(), Schedules.replay("s1-a-00000000"))) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> each.check(schedule -> {}));
      assertEquals(
          "the schedule has no thread; start them by Schedule.thread(...)", refused.getMessage());
    }
  }

  /** Keelson's classes anew, as from a jar that was repackaged without its services. */
  @Test
  void shouldRefuseWhatCoreDoesNotTellOf() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()) {
          @Override
          public Enumeration<URL> findResources(String name) throws IOException {
            return name.endsWith(ScheduleHook.class.getName())
                ? Collections.emptyEnumeration()
                : super.findResources(name);
          }
        }) {
      Callable<?> tried =
          loader
              .loadClass(Unhooked.class.getName())
              .asSubclass(Callable.class)
              .getDeclaredConstructor()
              .newInstance();
      String said = String.valueOf(tried.call());
      assertTrue(said.contains("core has another ScheduleHook than the testkit's"), said);
    }
  }

  /** What comes of it where core finds no hook. */
  public static final class Unhooked implements Callable<String> {
    @Override
    public String call() throws Exception {
      try {
        Schedules.random().iterations(1).check(schedule -> schedule.thread("one", () -> {}));
        return "green";
      } catch (ScheduleError e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  @Test
  void shouldSayThatATokenIsOfAnotherProgram() {
    ScheduleError found = failing(Schedules.pct(2), SchedulesTest::count);
    ScheduleError stale =
        failing(
            Schedules.replay(found.token()),
            schedule -> schedule.thread("other", () -> SchedulePoints.reach("elsewhere")));
    assertTrue(stale.getMessage().startsWith("the replay shows nothing"), stale.getMessage());
  }

  @Test
  void shouldKeepAnInterruptForTheThreadThatStandsStill() throws Exception {
    Schedules.random()
        .iterations(50)
        .check(
            schedule -> {
              Thread sleeper =
                  schedule.thread(
                      "sleeps",
                      () ->
                          assertThrows(
                              InterruptedException.class,
                              () -> schedule.sleep(Duration.ofDays(1))));
              schedule.thread("interrupts", sleeper::interrupt);
            });
  }

  @Test
  void shouldSleepForAsLongAsThereIsTime() throws Exception {
    Schedules.random()
        .iterations(10)
        .check(
            schedule -> {
              Thread sleeper =
                  schedule.thread(
                      "sleeps",
                      () ->
                          assertThrows(
                              InterruptedException.class,
                              () -> schedule.sleep(Duration.ofNanos(Long.MAX_VALUE - 1))));
              schedule.thread("interrupts", sleeper::interrupt);
            });
  }

  @Test
  void shouldPassThroughWhatTheTestItselfThrows() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Schedules.random()
                    .check(
                        schedule -> {
                          schedule.thread("never begins", () -> {});
                          throw new IllegalStateException("no");
                        }));
    assertEquals("no", thrown.getMessage());
  }

  @Test
  void shouldExplainWhatItCannotUse() {
    assertThrows(IllegalArgumentException.class, () -> Schedules.pct(0));
    assertThrows(IllegalArgumentException.class, () -> Schedules.random().iterations(0));
    assertThrows(IllegalArgumentException.class, () -> Schedules.random().maxSteps(0));
    String said =
        assertThrows(IllegalArgumentException.class, () -> Schedules.replay("abc")).getMessage();
    assertTrue(said.contains("replay is \"abc\""), said);
    Schedules unused = Schedules.replay("s1-" + "ab".repeat(100_000) + "-00000000");
  }
}
