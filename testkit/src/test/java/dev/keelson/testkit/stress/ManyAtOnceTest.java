/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Drain;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many children, and many threads that launch them, do not get in each other's way. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
@NoLeaks(withinMillis = 10_000)
class ManyAtOnceTest {

  private static final String SAYS_ITS_NAME =
      "i=0; while [ $i -lt 40 ]; do echo $1; echo $1-err >&2; i=$((i+1)); done";

  /** Pipes are used again: whatever became of their last users, nobody gets a byte of theirs. */
  @Test
  void shouldNeverMixTheOutputOfTwoLaunches() throws Exception {
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      Random random = Size.random(Size.seed(), t);
      tasks.add(task("mixer-" + t, () -> mix(thread, random)));
    }
    for (FutureTask<Void> task : tasks) {
      task.get(250, TimeUnit.SECONDS);
    }
  }

  private static Void mix(int thread, Random random) throws Exception {
    for (int round = 0; round < Size.of(25, 500); round++) {
      String name = "t" + thread + "-r" + round;
      switch (random.nextInt(5)) {
        case 0 -> {
          Command late = Command.shell("echo " + name + "; (sleep 0.05; echo late-" + name + ") &");
          String text = late.drain(Drain.untilExit()).run().stdoutText();
          // On a busy machine the exit is noticed late, and more was written before that.
          assertTrue(List.of(name, name + "\nlate-" + name).contains(text.strip()), text);
        }
        case 1 -> {
          Command endless = Command.of("yes", name).keepHeadAndTail(4096).grace(Duration.ZERO);
          assertThrows(CommandTimedOutException.class, endless.timeout(Duration.ofMillis(5))::run);
        }
        default -> {
          Result result = Command.of("sh", "-c", SAYS_ITS_NAME, "sh", name).run();
          assertEquals((name + "\n").repeat(40), result.stdoutText());
          assertEquals((name + "-err\n").repeat(40), result.stderrText());
        }
      }
    }
    return null;
  }

  @Test
  void shouldKeepTwoHundredChildrenAtOnce() throws Exception {
    List<Child> children = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        children.add(Command.of("cat").stdin(Stdin.pipe()).start());
      }
      Collections.shuffle(children);
      for (Child child : children) {
        child.stdin().write(Long.toString(child.pid()).getBytes("US-ASCII"));
        child.stdin().close();
      }
      for (Child child : children) {
        assertEquals(Long.toString(child.pid()), child.result().stdoutText());
      }
    } finally {
      children.forEach(Child::close);
    }
    Await.soon().until("no child is listed", () -> Launcher.system().children().isEmpty());
  }

  @Test
  void shouldNotNeedTheCommonPool() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    int tasks = 4 * (ForkJoinPool.getCommonPoolParallelism() + 1);
    CountDownLatch ended = new CountDownLatch(tasks);
    for (int i = 0; i < tasks; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                try {
                  over.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                ended.countDown();
              });
    }
    try {
      Command echo = Command.of("echo", "x");
      assertEquals("x", echo.run().stdoutTrimmed());
      assertEquals("x", echo.runAsync().get(10, TimeUnit.SECONDS).stdoutTrimmed());
      assertEquals("x", echo.pipe(Command.of("cat")).run().stdoutTrimmed());
      try (Child child = echo.start()) {
        child.onExit().get(10, TimeUnit.SECONDS);
      }
      Command slow = Command.of("sleep", "30").grace(Duration.ZERO);
      assertThrows(CommandTimedOutException.class, slow.timeout(Duration.ofMillis(50))::run);
    } finally {
      over.countDown();
      ended.await();
    }
  }

  @Test
  void shouldServeVirtualThreads() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "there are no virtual threads");
    List<FutureTask<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String name = "v" + i;
      Command command = Command.shell("sleep 0.0" + i % 10 + "; echo " + name);
      FutureTask<String> task =
          new FutureTask<>(
              () -> {
                try (Child child = command.start()) {
                  return child.result().stdoutTrimmed() + command.run().stdoutTrimmed();
                }
              });
      tasks.add(task);
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }
    for (int i = 0; i < tasks.size(); i++) {
      assertEquals("v" + i + "v" + i, tasks.get(i).get(60, TimeUnit.SECONDS));
    }
  }

  private static <T> FutureTask<T> task(String name, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    new Thread(task, name).start();
    return task;
  }
}
