/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Launcher;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.process.Teardown;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Sixty-four threads start children and end them by every means there is; nothing is left. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class ManyKillersTest {

  private static final int THREADS = 64;

  @Test
  void shouldStartAndEndChildrenFromManyThreadsAtOnce() throws Exception {
    long seed = Size.seed();
    int each = Size.of(6, 150);
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Random random = Size.random(seed, t);
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                for (int i = 0; i < each; i++) {
                  one(random);
                }
                return null;
              });
      tasks.add(task);
      new Thread(task, "killer-" + t).start();
    }
    for (FutureTask<Void> task : tasks) {
      try {
        task.get(8, TimeUnit.MINUTES);
      } catch (Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    Await.soon().until("no child is listed", () -> Launcher.system().children().isEmpty());
  }

  private static void one(Random random) throws Exception {
    Command sleep = Command.of("sleep", "60").grace(Duration.ZERO).stdin(Stdin.pipe());
    Command command = random.nextBoolean() ? sleep : sleep.stdout(Stdout.discard());
    try (Child child = command.start()) {
      if (random.nextBoolean()) {
        TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
      }
      switch (random.nextInt(5)) {
        case 0 -> assertTrue(child.signal("KILL"));
        case 1 -> assertTrue(child.signal("TERM"));
        case 2 -> {
          Teardown teardown = child.terminate(Duration.ZERO);
          assertTrue(teardown.isComplete(), teardown::toString);
        }
        case 3 -> child.asProcess().destroyForcibly();
        default -> child.close();
      }
      ExitStatus status = child.await();
      assertFalse(status instanceof ExitStatus.Unknown, status.toString());
      assertFalse(child.isAlive());
      assertFalse(child.signal("KILL"), "it is gone");
      assertThrows(CommandException.class, child::result);
    }
  }
}
