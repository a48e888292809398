/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Drain;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Timeouts, and what happens between TERM and KILL. */
abstract class DeadlineContract extends ContractSuite {

  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  void shouldEndTheWholeTreeWhenTheTimeIsOver() throws Exception {
    ChildProgram stubborn = ChildProgram.create().ignoring("TERM").runForever();
    Path report = dir.resolve("pids");
    Command command =
        program(
                ChildProgram.create()
                    .grandchild(stubborn, Grandchild.HOLDS_STDOUT, Grandchild.OWN_SESSION)
                    .grandchild(stubborn, Grandchild.DAEMON)
                    .reportGrandchildren(report)
                    .print("begun")
                    .runForever())
            .timeout(Duration.ofMillis(800))
            .grace(Duration.ofMillis(100));
    long start = System.nanoTime();

    CommandTimedOutException failure =
        assertThrows(CommandTimedOutException.class, () -> launcher().run(command));

    assertWithin(SOON, start);
    Result result = failure.result();
    assertEquals("begun", result.stdoutText());
    assertTrue(result.teardown().orElseThrow().isComplete(), failure.getMessage());
    assertTrue(failure.getMessage().contains("timed out"), failure.getMessage());
    assertEquals(2, ChildProgram.pids(Files.readString(report)).size());
    for (long pid : ChildProgram.pids(Files.readString(report))) {
      awaitDead(pid);
    }
  }

  @Test
  void shouldHoldThoughAGrandchildKeepsThePipe() throws Exception {
    Path pid = dir.resolve("pid");
    Command command =
        sh("sleep 40 & echo $! >\"$0\"; echo early")
            .args(pid.toString())
            .drain(Drain.untilEof())
            .timeout(Duration.ofMillis(800));
    long start = System.nanoTime();

    if (keeps(Guarantee.HELD_PIPE_POLICY)) {
      CommandTimedOutException failure =
          assertThrows(CommandTimedOutException.class, () -> launcher().run(command));
      assertEquals("early\n", failure.result().stdoutText());
      assertTrue(failure.result().outputIncomplete());
      assertEquals(0, failure.result().exitCode(), "the child itself has ended well");
    } else {
      try {
        launcher().run(command);
      } catch (CommandTimedOutException mayBe) {
        // or the stream was cut at the exit
      }
    }

    assertWithin(SOON, start);
    ProcInfo holder = noteFrom(pid);
    assertTrue(Procs.isAlive(holder), "a process was ended for holding a pipe");
  }

  @Test
  void shouldEndAtOnceWhenTheTimeoutIsZero() {
    long start = System.nanoTime();
    Command command = sh(SLEEP).timeout(Duration.ZERO);

    assertThrows(CommandTimedOutException.class, () -> launcher().run(command));

    assertWithin(SOON, start);
  }

  @Test
  void shouldNeverEndWhenTheTimeoutIsHuge() throws Exception {
    Command command = sh("echo x").timeout(Duration.ofSeconds(Long.MAX_VALUE));

    assertEquals("x\n", launcher().run(command).stdoutText());
  }

  @Test
  void shouldEndAChildThatFallsSilent() {
    Command command =
        sh("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep 0.1; done; " + SLEEP)
            .idleTimeout(Duration.ofSeconds(1));

    CommandTimedOutException failure =
        assertThrows(CommandTimedOutException.class, () -> launcher().run(command));

    assertEquals(12, failure.result().lines().size(), "it was ended while it still wrote");
    assertTrue(failure.getMessage().contains("idle"), failure.getMessage());
  }

  @Test
  void shouldUseTheLaunchersTimeoutUnlessTheCommandHasOne() throws Exception {
    Launcher limited = launcher(builder().defaultTimeout(SHORT));

    assertThrows(CommandTimedOutException.class, () -> limited.run(sh(SLEEP)));
    assertEquals(0, limited.run(sh("sleep 0.6").noTimeout()).exitCode());
    assertEquals(0, limited.run(sh("sleep 0.6").timeout(SOON)).exitCode());
  }

  @Test
  void shouldApplyToStartedChildrenThatNobodyWaitsFor() throws Exception {
    requiresProcessTable();
    Child child = launcher().start(sh(SLEEP).timeout(SHORT));
    ProcInfo process = Procs.find(child.pid()).orElseThrow();

    awaitGone(process);

    assertThrows(CommandTimedOutException.class, child::result);
  }

  @Test
  void shouldAskBeforeItKills() {
    Command command =
        program(
                ChildProgram.create()
                    .onSignal("TERM", on -> on.print("bye").exit(7))
                    .print("ready ")
                    .runForever())
            .timeout(Duration.ofMillis(800));

    CommandTimedOutException failure =
        assertThrows(CommandTimedOutException.class, () -> launcher().run(command));

    assertEquals("ready bye", failure.result().stdoutText());
    assertEquals(new ExitStatus.Exited(7), failure.result().status());
  }

  @Test
  void shouldKillWhenTheGraceIsOver() {
    Command command = sh("trap '' TERM; echo deaf; while :; do sleep 0.05; done");
    long start = System.nanoTime();

    CommandTimedOutException failure =
        assertThrows(
            CommandTimedOutException.class,
            () -> launcher().run(command.timeout(Duration.ofMillis(500)).grace(SHORT)));

    assertEquals(new ExitStatus.Signaled(9, false), failure.result().status());
    assertTrue(System.nanoTime() - start >= Duration.ofMillis(800).toNanos(), "no grace was given");
    assertWithin(SOON, start);
  }

  @Test
  void shouldKillAtOnceWhenTheGraceIsZero() {
    Command command =
        sh("trap 'echo bye; exit' TERM; echo ready; while :; do sleep 0.05; done")
            .timeout(Duration.ofMillis(500))
            .grace(Duration.ZERO);

    CommandTimedOutException failure =
        assertThrows(CommandTimedOutException.class, () -> launcher().run(command));

    assertEquals("ready\n", failure.result().stdoutText());
    assertEquals(new ExitStatus.Signaled(9, false), failure.result().status());
  }

  @Test
  void shouldGiveFiveSecondsOfGraceUnlessSaid() {
    Command command =
        sh("trap 'sleep 1; echo late; exit' TERM; echo ready; while :; do sleep 0.05; done")
            .timeout(Duration.ofMillis(500));

    CommandTimedOutException failure =
        assertThrows(CommandTimedOutException.class, () -> launcher().run(command));

    assertEquals("ready\n", failure.result().stdoutText().substring(0, 6));
    assertFalse(
        failure.result().status() instanceof ExitStatus.Signaled signaled && signaled.signal() == 9,
        "killed after " + failure.result().duration());
  }
}
