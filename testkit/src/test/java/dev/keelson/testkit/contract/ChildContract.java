/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Procs;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A child to talk to. */
abstract class ChildContract extends ContractSuite {

  private static final Command ECHO =
      sh("while read -r line; do echo \"got $line\"; done; echo end >&2")
          .stdin(Stdin.pipe())
          .stdout(Stdout.pipe())
          .stderr(Stdout.pipe());

  @Test
  void shouldTalkToTheChild() throws Exception {
    try (Child child = launcher().start(ECHO)) {
      OutputStream in = child.stdin();
      InputStream out = child.stdout();
      in.write("one\n".getBytes(UTF_8));
      in.flush();
      assertEquals("got one\n", new String(out.readNBytes(8), UTF_8));
      in.write("two\n".getBytes(UTF_8));
      in.close();
      assertEquals("got two\n", new String(out.readAllBytes(), UTF_8));
      assertEquals("end\n", new String(child.stderr().readAllBytes(), UTF_8));
      assertEquals(new ExitStatus.Exited(0), child.await());
      assertEquals("", child.result().stdoutText(), "what is piped is not captured");
    }
  }

  @Test
  void shouldGiveLinesAsTheyCome() throws Exception {
    Command server = sh("echo ready; " + SLEEP).stdout(Stdout.pipe());
    long start = System.nanoTime();
    try (Child child = launcher().start(server)) {
      assertEquals(List.of("ready"), child.stdoutLines().limit(1).toList());
    }
    assertWithin(SOON, start);
  }

  @Test
  void shouldSayWhatItIs() throws Exception {
    Instant before = Instant.now();
    Command command = sh(SLEEP);
    try (Child child = launcher().start(command)) {
      assertSame(command, child.command());
      assertTrue(child.isAlive());
      if (!subject().isFake()) {
        assertTrue(Procs.isAlive(child.pid()));
        assertEquals(ProcessHandle.current().pid(), Procs.find(child.pid()).orElseThrow().parent());
      }
      Duration off = Duration.between(before, child.startedAt()).abs();
      assertTrue(off.compareTo(SOON) < 0, child.startedAt().toString());
      assertTrue(child.toString().contains(Long.toString(child.pid())), child.toString());
    }
  }

  @Test
  void shouldNameTheFixWhenAStreamIsNotPiped() throws Exception {
    try (Child child = launcher().start(sh("exit 0"))) {
      assertNotPiped("stdin(Stdin.pipe())", child::stdin);
      assertNotPiped("stdout(Stdout.pipe())", child::stdout);
      assertNotPiped("stderr(Stdout.pipe())", child::stderr);
      assertNotPiped("stdout(Stdout.pipe())", child::stdoutLines);
    }
  }

  @Test
  void shouldRefuseToRunWhatNobodyWouldServe() {
    Command in = sh("cat").stdin(Stdin.pipe());
    Command out = sh("echo").stdout(Stdout.pipe());
    Command err = sh("echo").stderr(Stdout.pipe());

    for (Command command : List.of(in, out, err)) {
      assertTrue(
          assertThrows(IllegalStateException.class, () -> launcher().run(command))
              .getMessage()
              .contains("start()"));
      assertThrows(IllegalStateException.class, () -> launcher().runAsync(command));
    }
  }

  @Test
  void shouldWaitForTheEndAsLongAsAsked() throws Exception {
    try (Child child = launcher().start(sh("read -r x; exit 5").stdin(Stdin.pipe()))) {
      assertEquals(Optional.empty(), child.await(Duration.ZERO));
      assertEquals(Optional.empty(), child.await(Duration.ofMillis(50)));
      assertTrue(child.isAlive(), "waiting has ended it");
      child.stdin().close();
      assertEquals(Optional.of(new ExitStatus.Exited(5)), child.await(SOON));
      assertEquals(new ExitStatus.Exited(5), child.await());
      assertEquals(new ExitStatus.Exited(5), child.onExit().get(10, TimeUnit.SECONDS));
      assertFalse(child.isAlive());
    }
  }

  @Test
  void shouldThrowANewExceptionForEachResult() throws Exception {
    try (Child child = launcher().start(sh("echo out; exit 5"))) {
      CommandFailedException first = assertThrows(CommandFailedException.class, child::result);
      CommandFailedException second = assertThrows(CommandFailedException.class, child::result);
      assertFalse(first == second);
      assertEquals("out\n", second.result().stdoutText());
    }
  }

  @Test
  void shouldDrainCapturedOutputThoughNobodyWaits() throws Exception {
    try (Child child = launcher().start(sh("head -c 1000000 /dev/zero; echo done >&2"))) {
      assertEquals(Optional.of(new ExitStatus.Exited(0)), child.await(SOON));
      assertEquals(1_000_000, child.result().stdout().length);
    }
  }

  @Test
  void shouldTellTheExitToFuturesThatCannotHarmTheChild() throws Exception {
    try (Child child = launcher().start(sh("read -r x; exit 6").stdin(Stdin.pipe()))) {
      assertTrue(child.onExit().cancel(true));
      assertTrue(child.onExit().complete(new ExitStatus.Exited(1)));
      assertTrue(child.isAlive());
      child.stdin().close();
      assertEquals(new ExitStatus.Exited(6), child.onExit().get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldBeAProcessForThoseWhoNeedOne() throws Exception {
    try (Child child = launcher().start(ECHO)) {
      Process process = child.asProcess();
      assertEquals(child.pid(), process.pid());
      assertTrue(process.isAlive());
      assertEquals(child.pid(), process.toHandle().pid());
      process.getOutputStream().write("x\n".getBytes(UTF_8));
      process.getOutputStream().close();
      assertEquals("got x\n", new String(process.getInputStream().readAllBytes(), UTF_8));
      assertEquals("end\n", new String(process.getErrorStream().readAllBytes(), UTF_8));
      assertEquals(0, process.waitFor());
      assertEquals(0, process.exitValue());
    }
  }

  @Test
  void shouldKeepCapturedStreamsOutOfTheProcess() throws Exception {
    try (Child child = launcher().start(sh("echo mine"))) {
      Process process = child.asProcess();
      assertEquals(-1, process.getInputStream().read());
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
      assertEquals("mine\n", child.result().stdoutText());
    }
  }

  private static void assertNotPiped(String fix, Executable access) {
    IllegalStateException failure = assertThrows(IllegalStateException.class, access);
    assertTrue(failure.getMessage().contains(fix), failure.getMessage());
  }
}
