/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.LaunchListener;
import dev.keelson.process.Launcher;
import dev.keelson.process.Pipeline;
import dev.keelson.process.Result;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A command that waits for a free place is as much under its deadline as one that runs. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks(withinMillis = 10_000)
class WaitingForAPlaceTest {

  private static final Command FOREVER = Command.of("sleep", "60").grace(Duration.ZERO);
  private static final Command SOON = Command.of("true").timeout(Duration.ofMillis(150));

  @Test
  void shouldTimeOutWhenNoPlaceIsFreeInTime() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(1).build()) {
      launcher.start(FOREVER);
      assertThrows(CommandTimedOutException.class, () -> launcher.run(SOON));
      assertThrows(CommandTimedOutException.class, () -> launcher.start(SOON));
    }
  }

  @Test
  void shouldFailTheFutureWhenNoPlaceIsFreeInTime() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(1).build()) {
      launcher.start(FOREVER);
      CompletableFuture<Result> future = launcher.runAsync(SOON);
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
      assertInstanceOf(CommandTimedOutException.class, e.getCause());
    }
  }

  @Test
  void shouldGiveEveryPlaceBackWhateverBecameOfItsUser() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(2).build()) {
      for (int round = 0; round < Size.of(20, 200); round++) {
        Child first = launcher.start(FOREVER);
        Child second = launcher.start(FOREVER);
        List<CompletableFuture<Result>> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          waiting.add(launcher.runAsync(Command.of(i % 3 == 0 ? "/nonexistent/program" : "true")));
        }
        waiting.get(1).cancel(true);
        first.close();
        second.signal("KILL");
        for (int i = 0; i < waiting.size(); i++) {
          CompletableFuture<Result> future = waiting.get(i);
          if (i == 2 || i >= 4) {
            assertEquals(0, future.get(20, TimeUnit.SECONDS).exitCode());
          } else {
            assertThrows(Exception.class, () -> future.get(20, TimeUnit.SECONDS));
          }
        }
        second.close();
      }
      assertEquals(0, launcher.run(Command.of("true")).exitCode());
    }
  }

  /** Each of them had a thread, before anything else was done. */
  @Test
  void shouldNeedFewThreadsToTellManyThatItIsClosed() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(1).build()) {
      ProcInfo detached = Procs.find(launcher.start(FOREVER.detached()).pid()).orElseThrow();
      try {
        List<CompletableFuture<Result>> waiting = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          waiting.add(launcher.runAsync(Command.of("true")));
        }
        long before = workers();
        launcher.close();
        for (CompletableFuture<Result> each : waiting) {
          ExecutionException e =
              assertThrows(ExecutionException.class, () -> each.get(30, TimeUnit.SECONDS));
          assertInstanceOf(IllegalStateException.class, e.getCause());
        }
        long more = workers() - before; // they stay for a while
        assertTrue(more < 200, () -> more + " more threads");
      } finally {
        Procs.kill(detached);
        Await.soon().until("it is gone", () -> Procs.isGone(detached));
      }
    }
  }

  private static long workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("keelson-worker"))
        .count();
  }

  @Test
  void shouldRefuseAPipelineThatIsLongerThanThePlacesAreMany() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(1).build()) {
      Command cat = Command.of("cat");
      assertThrows(IllegalArgumentException.class, () -> launcher.run(cat.pipe(cat).pipe(cat)));
      assertEquals(0, launcher.run(Command.of("true")).exitCode());
    }
  }

  @Test
  void shouldGiveThePlaceOfADetachedMemberBackWhenALaterOneCannotStart() throws Exception {
    List<Child> started = new CopyOnWriteArrayList<>();
    LaunchListener listener =
        new LaunchListener() {
          @Override
          public void started(Child child) {
            started.add(child);
          }
        };
    Pipeline pipeline =
        FOREVER.detached().pipe(Command.of("/nonexistent/program")).timeout(Duration.ofSeconds(20));
    try (Launcher launcher = Launcher.builder().maxConcurrent(2).listener(listener).build()) {
      for (int i = 1; i <= 3; i++) {
        assertThrows(LaunchException.CommandNotFound.class, () -> launcher.run(pipeline));
        assertEquals(Set.of(), launcher.children());
        int rounds = i;
        Await.soon().until("it was told of", () -> started.size() == rounds);
        assertFalse(started.get(i - 1).isAlive());
      }
    } finally {
      started.forEach(child -> child.terminate(Duration.ZERO));
    }
  }

  @Test
  void shouldLetOthersThroughWhenAPipelineThatWaitsIsCancelled() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(2).build()) {
      launcher.start(FOREVER);
      CompletableFuture<Result> waiting = launcher.runAsync(FOREVER.pipe(FOREVER));
      awaitTheyWait(launcher);
      CompletableFuture<Result> behind = launcher.runAsync(Command.of("true"));
      assertTrue(waiting.cancel(true));
      assertEquals(0, behind.get(20, TimeUnit.SECONDS).exitCode());
      assertEquals(0, launcher.run(SOON.timeout(Duration.ofSeconds(20))).exitCode());
    }
  }

  @Test
  void shouldFailThePipelinesFutureWhenItsPlacesAreNotFreeInTime() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(2).build()) {
      launcher.start(FOREVER);
      CompletableFuture<Result> future = launcher.runAsync(SOON.pipe(FOREVER));
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
      assertInstanceOf(CommandTimedOutException.class, e.getCause());
      assertEquals(0, launcher.run(SOON.timeout(Duration.ofSeconds(20))).exitCode());
    }
  }

  @Test
  @Timeout(300) // many starts
  void shouldLoseNoPlaceWhenPipelinesAreCancelledAsTheirTurnComes() throws Exception {
    Pipeline pipeline = FOREVER.pipe(FOREVER);
    try (Launcher launcher = Launcher.builder().maxConcurrent(2).build()) {
      for (int round = 0; round < Size.of(20, 200); round++) {
        Child first = launcher.start(FOREVER);
        CompletableFuture<Result> waiting = launcher.runAsync(pipeline);
        CompletableFuture<Result> alsoWaiting = launcher.runAsync(pipeline);
        first.signal("KILL");
        waiting.cancel(true);
        alsoWaiting.cancel(true);
        Command cat = Command.of("cat");
        assertEquals(0, launcher.runAsync(cat.pipe(cat)).get(20, TimeUnit.SECONDS).exitCode());
      }
    }
  }

  @Test
  void shouldNeedNoThreadsForPipelinesThatWait() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(2).build()) {
      launcher.start(FOREVER);
      List<CompletableFuture<Result>> waiting = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        waiting.add(launcher.runAsync(FOREVER.pipe(FOREVER)));
      }
      awaitTheyWait(launcher);
      Await.soon().until("no worker waits with them", () -> !waitsAsAWorker());
      launcher.close();
      for (CompletableFuture<Result> each : waiting) {
        ExecutionException e =
            assertThrows(ExecutionException.class, () -> each.get(30, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, e.getCause());
      }
    }
  }

  /** They do once they keep others from a place that is free. */
  private static void awaitTheyWait(Launcher launcher) throws InterruptedException {
    Await.soon()
        .until(
            "they wait",
            () -> {
              try {
                launcher.run(SOON);
                return false;
              } catch (CommandTimedOutException e) {
                return e.getMessage().contains("maxConcurrent");
              }
            });
  }

  private static boolean waitsAsAWorker() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("keelson-worker"))
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(frame -> frame.getMethodName().equals("awaitPlaces"));
  }

  @Test
  void shouldNeverStarveWhenPipelinesAndCommandsShareThePlaces() throws Exception {
    try (Launcher launcher = Launcher.builder().maxConcurrent(3).build()) {
      Command cat = Command.of("cat");
      List<CompletableFuture<Result>> all = new ArrayList<>();
      for (int i = 0; i < Size.of(20, 200); i++) {
        all.add(launcher.runAsync(Command.of("echo", "x").pipe(cat).pipe(cat)));
        all.add(launcher.runAsync(Command.of("echo", "x")));
      }
      for (CompletableFuture<Result> each : all) {
        assertEquals("x", each.get(40, TimeUnit.SECONDS).stdoutTrimmed());
      }
    }
  }
}
