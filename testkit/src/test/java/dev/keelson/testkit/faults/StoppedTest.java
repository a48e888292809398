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
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A child, or the JVM itself, is stopped and continued while a deadline passes. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks
class StoppedTest {

  private static final Duration GENEROUS = Duration.ofSeconds(10);

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
      assertEquals("began", jvm.tell("400 echo early; sleep 60"));
      Thread.sleep(100);
      stopFor(jvm, 600); // well over the deadline
      long continued = System.nanoTime();
      assertEquals("timed out, said early", jvm.answer());
      assertTrue(System.nanoTime() - continued < Duration.ofSeconds(5).toNanos());
      Await.soon().until("nobody is left but the watchdog", () -> jvm.family().size() <= 1);
      assertEquals("began", jvm.tell("9000 echo works"));
      assertEquals("said works", jvm.answer());
    }
  }

  @Test
  void shouldNoticeWhatEndedWhileTheJvmStood() throws Exception {
    try (JvmUnderTest jvm = start()) {
      assertEquals("began", jvm.tell("9000 sleep 0.15; echo done"));
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
