/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Stdin;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.stress.JvmUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A child, or the JVM itself, is stopped and continued while a deadline passes. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class StoppedTest {

  private static final Duration GENEROUS = Duration.ofSeconds(30);

  @TempDir private Path dir;

  @Test
  void shouldGoOnWithAChildThatIsContinuedInTime() throws Exception {
    Command command =
        Command.shell("read x; kill -STOP $$; echo on").timeout(GENEROUS).stdin(Stdin.pipe());
    try (Child child = command.start()) {
      child.stdin().close();
      awaitState(child.pid(), "T");
      assertTrue(child.isAlive());
      assertTrue(signal(child.pid(), "CONT"));
      assertEquals("on", child.result().stdoutTrimmed());
    }
  }

  @Test
  void shouldEndAChildThatStandsWhenItsTimeIsOver() throws Exception {
    long start = System.nanoTime();
    Command command = Command.shell("kill -STOP $$; echo on").grace(Duration.ZERO);
    assertThrows(CommandTimedOutException.class, command.timeout(Duration.ofMillis(50))::run);
    assertTrue(System.nanoTime() - start < GENEROUS.toNanos());
  }

  @Test
  void shouldKeepTheDeadlineWhenTheJvmStoodAsItPassed() throws Exception {
    try (JvmUnderTest jvm = start()) {
      long deadline = 400;
      while (!begins(jvm, deadline) && deadline < GENEROUS.toMillis() / 2) {
        assertTrue(jvm.answer().startsWith("timed out")); // the machine is too busy for that
        deadline *= 4;
      }
      stopFor(jvm, deadline + 200); // well over the deadline
      long continued = System.nanoTime();
      assertEquals("timed out, said early", jvm.answer());
      assertTrue(System.nanoTime() - continued < GENEROUS.toNanos());
      Await.soon().until("nobody is left but the watchdog", () -> jvm.family().size() <= 1);
      assertEquals("began", jvm.tell("30000 echo works"));
      assertEquals("said works", jvm.answer());
    }
  }

  /** Whether what it is told to run until the deadline has said something well before that. */
  private boolean begins(JvmUnderTest jvm, long deadline) throws Exception {
    Path said = dir.resolve("said" + deadline);
    assertEquals("began", jvm.tell(deadline + " echo early; : >" + said + "; sleep 60"));
    long start = System.nanoTime();
    while (Files.notExists(said)) {
      if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(deadline)) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return true;
  }

  @Test
  void shouldNoticeWhatEndedWhileTheJvmStood() throws Exception {
    try (JvmUnderTest jvm = start()) {
      assertEquals("began", jvm.tell("30000 sleep 0.15; echo done"));
      stopFor(jvm, 200); // the child ends meanwhile, and the deadline is still to come
      assertEquals("said done", jvm.answer());
    }
  }

  private static JvmUnderTest start() throws Exception {
    return JvmUnderTest.start(
        StoppedMain.class, "-Xmx64m", "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
  }

  private static void stopFor(JvmUnderTest jvm, long millis) throws Exception {
    assertTrue(signal(jvm.pid(), "STOP"));
    awaitState(jvm.pid(), "T");
    Thread.sleep(millis);
    assertTrue(signal(jvm.pid(), "CONT"));
  }

  private static boolean signal(long pid, String name) {
    ProcInfo process = Procs.find(pid).orElseThrow();
    return Procs.signal(process, name);
  }

  private static void awaitState(long pid, String state) throws InterruptedException {
    Await.soon()
        .until(
            "it stands",
            () -> Procs.status(pid, "State").filter(now -> now.startsWith(state)).isPresent());
  }
}
