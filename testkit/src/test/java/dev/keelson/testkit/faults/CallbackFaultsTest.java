/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.LaunchListener;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners and executors of the user's can do nothing to a launch. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks(withinMillis = 10_000)
class CallbackFaultsTest {

  private static final Command ECHO = Command.of("echo", "fine").timeout(ofSeconds(20));

  static Stream<Executor> executors() {
    return Stream.of(
        task -> {
          throw new RejectedExecutionException("no more");
        },
        task -> {
          throw new IllegalStateException("broken");
        },
        task -> {
          throw new NoClassDefFoundError("broken");
        },
        task -> {});
  }

  @ParameterizedTest
  @MethodSource("executors")
  void shouldRunEveryCommandWhenTheExecutorIsNoGood(Executor executor) throws Exception {
    LaunchListener listener = new LaunchListener() {};
    try (Launcher launcher =
        Launcher.builder().executor(executor).listener(listener).maxConcurrent(2).build()) {
      for (int round = 0; round < 30; round++) {
        assertEquals("fine", launcher.run(ECHO).stdoutTrimmed());
        try (Child child = launcher.start(ECHO)) {
          child.onExit();
          assertEquals("fine", child.result().stdoutTrimmed());
        }
        launcher.runAsync(ECHO);
      }
      assertEquals("fine", launcher.run(ECHO.pipe(Command.of("cat"))).stdoutTrimmed());
      // Whatever else runs in this JVM is none the worse for it.
      assertEquals("fine", ECHO.run().stdoutTrimmed());
    }
  }

  @Test
  void shouldNotMindAListenerThatThrows() throws Exception {
    CountDownLatch told = new CountDownLatch(3);
    LaunchListener listener =
        new LaunchListener() {
          @Override
          public void started(Child child) {
            told.countDown();
            UserFaultsTest.<RuntimeException>sneak(new StackOverflowError("mine"));
          }

          @Override
          public void failed(Command command, LaunchException failure) {
            told.countDown();
            throw new IllegalStateException("mine");
          }

          @Override
          public void ended(Child child, Result result) {
            told.countDown();
            UserFaultsTest.<RuntimeException>sneak(new Exception("mine"));
          }
        };
    try (Launcher launcher = Launcher.builder().listener(listener).build()) {
      assertEquals("fine", launcher.run(ECHO).stdoutTrimmed());
      try {
        launcher.run(Command.of("/nonexistent/program"));
      } catch (LaunchException.CommandNotFound expected) {
        // as it should be
      }
      assertTrue(told.await(20, TimeUnit.SECONDS));
      assertEquals("fine", launcher.run(ECHO).stdoutTrimmed());
    }
  }

  /** With an executor that runs everything in place, the user's code must not block Keelson. */
  @Test
  void shouldLetCallbacksRunCommandsOnAnExecutorThatRunsThemInPlace() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch told = new CountDownLatch(1);
    LaunchListener listener =
        new LaunchListener() {
          @Override
          public void ended(Child child, Result result) {
            threads.add(Thread.currentThread().getName());
            try {
              ECHO.run();
              told.countDown();
            } catch (CommandException | InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    try (Launcher launcher =
        Launcher.builder().listener(listener).executor(Runnable::run).build()) {
      for (int round = 0; round < 10; round++) {
        String text =
            launcher
                .runAsync(ECHO)
                .thenApply(
                    result -> {
                      threads.add(Thread.currentThread().getName());
                      try {
                        return ECHO.run().stdoutTrimmed();
                      } catch (CommandException | InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    })
                .get(20, TimeUnit.SECONDS);
        assertEquals("fine", text);
        assertEquals("fine", launcher.run(ECHO).stdoutTrimmed());
      }
      assertTrue(told.await(20, TimeUnit.SECONDS));
    }
    assertFalse(threads.contains("keelson-io"), threads.toString());
    assertFalse(threads.contains("keelson-timer"), threads.toString());
  }
}
