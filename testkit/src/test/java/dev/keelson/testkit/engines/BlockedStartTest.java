/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.portable.PortableEngine;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A start that the system holds up holds up its caller and nobody else. */
@Tag("process")
@NoLeaks(withinMillis = 10_000)
@Timeout(60)
@EnabledIf("isThisLanes")
class BlockedStartTest {

  @TempDir Path dir;

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  /** Others start, talk and end meanwhile. */
  private static void othersGoOn(Launcher launcher) throws Exception {
    for (int i = 0; i < 10; i++) {
      Result result =
          launcher.run(Command.shell("echo a; exit 3").anyExit().timeout(ofSeconds(20)));
      assertEquals("a", result.stdoutTrimmed());
      assertEquals(3, result.exitCode());
    }
    try (Child cat = launcher.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe()))) {
      cat.stdin().write('b');
      cat.stdin().flush();
      assertEquals('b', cat.stdout().read());
    }
  }

  private static <T> FutureTask<T> beside(java.util.concurrent.Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    new Thread(task).start();
    return task;
  }

  /** As on a file system whose server does not answer: the exec itself does not come back. */
  @Test
  void shouldHoldUpNobodyElseWhenAnExecBlocks() throws Exception {
    AtomicBoolean block = new AtomicBoolean();
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    SpawnEngine engine =
        LinuxEngine.create(
            RefusingKernel.judged(
                (call, arguments, real) -> {
                  if (call.equals("spawn") && block.compareAndSet(true, false)) {
                    blocked.countDown();
                    assertTrue(answer.await(30, TimeUnit.SECONDS));
                  }
                  return real.make();
                }),
            PortableEngine.create());
    try (Launcher launcher = EngineLaunchers.over(engine).build()) {
      launcher.run(Command.of("true"));
      block.set(true);
      FutureTask<Result> held = beside(() -> launcher.run(Command.of("echo", "late")));
      assertTrue(blocked.await(10, TimeUnit.SECONDS));

      othersGoOn(launcher);

      assertFalse(held.isDone());
      answer.countDown();
      assertEquals("late", held.get(10, TimeUnit.SECONDS).stdoutTrimmed());
    }
  }

  /** A named pipe is opened for the child by its starter, and nobody writes to it yet. */
  @Test
  void shouldHoldUpNobodyElseWhenAFileBlocks() throws Exception {
    Path fifo = dir.resolve("fifo");
    try (Launcher launcher = EngineLaunchers.over(TestEngines.named("linux")).build()) {
      launcher.run(Command.of("mkfifo", fifo.toString()));
      FutureTask<Result> held =
          beside(() -> launcher.run(Command.of("cat").stdin(Stdin.file(fifo))));

      othersGoOn(launcher);

      assertFalse(held.isDone());
      Files.writeString(fifo, "late");
      assertEquals("late", held.get(10, TimeUnit.SECONDS).stdoutText());
    }
  }
}
