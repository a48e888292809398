/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandCancelledException;
import dev.keelson.process.CommandException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.TornDown;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Two things happen to one child at once: whichever is first, both callers get an answer. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
@NoLeaks(withinMillis = 10_000)
class ChildRacesTest {

  private static final int ROUNDS = Size.of(100, 1_000);
  private static final Command SHORT = Command.of("echo", "x").grace(ofMillis(20));

  /** A moment within the life of a short child. */
  private static void moment(Random random) throws InterruptedException {
    TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
  }

  @Test
  void shouldCloseOrEndWhenAChildIsClosedAsItExits() throws Exception {
    Random random = new Random(Size.seed());
    for (int round = 0; round < ROUNDS; round++) {
      Child child = SHORT.start();
      moment(random);
      child.close();
      assertFalse(child.isAlive());
      try {
        assertEquals("x\n", child.result().stdoutText());
      } catch (CommandCancelledException closed) {
        // it was first
      }
    }
  }

  @Test
  void shouldBeCancelledOrDoneWhenAFutureIsCancelledAsTheChildExits() throws Exception {
    Random random = new Random(Size.seed());
    for (int round = 0; round < ROUNDS; round++) {
      CompletableFuture<Result> future = SHORT.runAsync();
      moment(random);
      if (future.cancel(true)) {
        assertTrue(future.isCancelled());
      } else {
        assertEquals("x\n", future.get(10, TimeUnit.SECONDS).stdoutText());
      }
    }
    Await.soon().until("all are gone", () -> Launcher.system().children().isEmpty());
  }

  @Test
  void shouldInterruptOrReturnWhenTheThreadIsInterruptedAsTheChildExits() throws Exception {
    Random random = new Random(Size.seed());
    int interrupted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      FutureTask<Result> task = new FutureTask<>(SHORT::run);
      Thread runner = new Thread(task, "runner");
      runner.start();
      moment(random);
      runner.interrupt();
      try {
        assertEquals("x\n", task.get(10, TimeUnit.SECONDS).stdoutText());
      } catch (ExecutionException e) {
        assertInstanceOf(InterruptedException.class, e.getCause());
        interrupted++;
      }
      runner.join();
    }
    assertTrue(interrupted > 0, "no interrupt ever came in time");
  }

  @Test
  void shouldSignalOrSayThatItEndedWhenAChildIsSignalledAsItExits() throws Exception {
    Random random = new Random(Size.seed());
    for (int round = 0; round < ROUNDS; round++) {
      try (Child child = SHORT.start()) {
        moment(random);
        boolean sent = child.signal(random.nextBoolean() ? "TERM" : "KILL");
        child.await();
        assertFalse(child.signal("KILL"), "it is gone");
        if (!sent) {
          assertEquals("x\n", child.result().stdoutText());
        }
      }
    }
  }

  @Test
  void shouldAnswerBothWhenAChildIsTerminatedTwiceAtOnce() throws Exception {
    for (int round = 0; round < ROUNDS / 4; round++) {
      Child child = Command.shell("trap '' TERM; sleep 60 & sleep 60").start();
      CyclicBarrier barrier = new CyclicBarrier(2);
      FutureTask<Boolean> patient = new FutureTask<>(() -> terminated(child, barrier, 50_000));
      Thread other = new Thread(patient, "patient");
      other.start();
      assertTrue(terminated(child, barrier, 0));
      // The impatient one cuts the other's grace short.
      assertTrue(patient.get(30, TimeUnit.SECONDS));
      other.join();
      assertThrows(CommandException.class, child::result);
    }
  }

  private static boolean terminated(Child child, CyclicBarrier barrier, int grace)
      throws Exception {
    barrier.await();
    TornDown.awaitEnd(child.terminate(ofMillis(grace))); // it may be about to fork
    return !child.isAlive();
  }

  @Test
  void shouldRunOrRefuseWhenALauncherIsClosedAsCommandsStart() throws Exception {
    Random random = new Random(Size.seed());
    for (int round = 0; round < ROUNDS / 4; round++) {
      Launcher launcher = Launcher.builder().maxConcurrent(2 + random.nextInt(9)).build();
      Thread[] runners = new Thread[4];
      FutureTask<?>[] tasks = new FutureTask<?>[runners.length];
      Command slow = Command.of("sleep", "30").grace(ofMillis(100)).timeout(ofSeconds(60));
      for (int i = 0; i < runners.length; i++) {
        tasks[i] = new FutureTask<>(() -> launcher.run(slow));
        runners[i] = new Thread(tasks[i], "runner-" + i);
        runners[i].start();
      }
      moment(random);
      launcher.close();
      for (int i = 0; i < runners.length; i++) {
        FutureTask<?> task = tasks[i];
        Throwable cause =
            assertThrows(ExecutionException.class, () -> task.get(20, TimeUnit.SECONDS)).getCause();
        assertTrue(
            cause instanceof CommandCancelledException || cause instanceof IllegalStateException,
            String.valueOf(cause));
        runners[i].join();
      }
      Await.soon().until("no child is listed", () -> launcher.children().isEmpty());
    }
  }
}
