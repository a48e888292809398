/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.Procs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ends a command, what does not, and what is left of it. */
@Tag("process")
@Timeout(60)
class EndingsTest {

  private static final Duration AGES = Duration.ofHours(1);

  /** Says that it is deaf to TERM, and when it was asked. */
  private static final String DEAF =
      "trap 'echo asked' TERM; echo deaf; while :; do sleep 0.1; done";

  @Test
  void shouldRunTheProgramAtThePathWhenOneOfItsNameIsOnThePath(@TempDir Path dir) throws Exception {
    Path program = Files.writeString(dir.resolve("true"), "#!/bin/sh\nexit 7\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

    Result result = Command.of(Path.of("true")).directory(dir).anyExit().run();

    assertEquals(new ExitStatus.Exited(7), result.status());
  }

  @Test
  void shouldNotCallAChildIdleWhenItsConsumerTakesLonger() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    Consumer<String> slow =
        line -> {
          try {
            boolean unused = first.getAndSet(false) && never.await(6, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };

    Command.shell("head -c 4000000 /dev/zero | tr '\\0' '\\n'") // more than a pipe has room for
        .stdout(Stdout.lines(slow))
        .idleTimeout(Duration.ofSeconds(3))
        .run();
  }

  @Test
  void shouldEndTheWaitForAUsersPipeAtTheDeadline() throws Exception {
    Command command =
        Command.shell("sleep 100 & echo $!")
            .mergeStderr()
            .stdout(Stdout.pipe())
            .drain(Drain.untilEof())
            .timeout(Duration.ofSeconds(6));
    try (Child child = command.start()) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.US_ASCII));
      long sleeper = Long.parseLong(lines.readLine());
      try {
        while (lines.readLine() != null) {
          // nobody writes
        }
      } finally {
        Procs.find(sleeper).ifPresent(Procs::kill);
      }
    }
  }

  @Test
  void shouldSkipTheGraceOfATimeoutWhenInterruptedTwice() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    Command command =
        Command.shell(DEAF)
            .stdout(Stdout.lines(line -> asked.countDown()))
            .timeout(Duration.ofSeconds(5))
            .grace(AGES);
    FutureTask<Result> run = new FutureTask<>(command::run);
    Thread thread = new Thread(run);
    thread.start();
    assertTrue(asked.await(50, TimeUnit.SECONDS), "TERM came before the trap");

    while (thread.isAlive()) {
      thread.interrupt();
      thread.join(100);
    }

    assertInstanceOf(
        InterruptedException.class, assertThrows(ExecutionException.class, run::get).getCause());
  }

  @Test
  void shouldEndWithinTheShorterGraceOfTwo() throws Exception {
    try (Child child = Command.shell(DEAF).stdout(Stdout.pipe()).grace(Duration.ZERO).start()) {
      new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.US_ASCII))
          .readLine();
      Thread first = new Thread(() -> child.terminate(AGES));
      first.start();
      while (child.isAlive() && first.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }

      child.terminate(Duration.ofMillis(100));

      first.join();
      assertFalse(child.isAlive());
    }
  }

  @Test
  void shouldKeepNothingOfACommandThatIsOverWhenItsDeadlineIsFarAway() throws Exception {
    WeakReference<Object> marker = overAndDone();
    Await.within(Duration.ofSeconds(50))
        .until(
            "it is let go",
            () -> {
              System.gc();
              return marker.refersTo(null);
            });
  }

  private static WeakReference<Object> overAndDone() throws Exception {
    Object marker = new Object();
    CompletableFuture<Result> future =
        Command.shell("sleep 0.5 & echo x") // its output ends after it
            .stdout(Stdout.lines(line -> assertNotNull(marker)))
            .drain(Drain.untilEof())
            .timeout(AGES)
            .runAsync();
    future.get();
    return new WeakReference<>(marker);
  }

  @Test
  void shouldEndTheTreeWhenTheFutureIsCompletedByAnotherThread() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    LaunchListener listener =
        new LaunchListener() {
          @Override
          public void ended(Child child, Result result) {
            ended.countDown();
          }
        };
    try (Launcher launcher = Launcher.builder().listener(listener).build()) {
      CompletableFuture<Result> future =
          launcher.runAsync(Command.of("sleep", "1000").grace(Duration.ZERO));

      future.completeAsync(
          () -> Result.builder().status(new ExitStatus.Exited(0)).build(), Runnable::run);

      ended.await();
    }
  }
}
