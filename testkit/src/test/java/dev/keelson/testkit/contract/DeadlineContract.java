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
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Timeouts, and what happens between TERM and KILL. */
abstract class DeadlineContract extends ContractSuite {

  private static final Duration SHORT = Duration.ofMillis(300);

  /** A start that takes longer than this is no matter of a busy machine. */
  private static final Duration ENOUGH = Duration.ofSeconds(8);

  /**
   * Runs it into a timeout; again into a longer one if it had not come far enough by then, as on a
   * busy machine.
   */
  private CommandTimedOutException timesOut(
      Command command, Duration first, Predicate<Result> cameFar) {
    for (Duration timeout = first; ; timeout = timeout.multipliedBy(4)) {
      Command limited = command.timeout(timeout);
      CommandTimedOutException failure =
          assertThrows(CommandTimedOutException.class, () -> launcher().run(limited));
      if (cameFar.test(failure.result()) || timeout.compareTo(ENOUGH) >= 0) {
        return failure;
      }
    }
  }

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
            .grace(Duration.ofMillis(100));
    long start = System.nanoTime();

    CommandTimedOutException failure =
        timesOut(command, Duration.ofMillis(800), result -> result.stdoutText().equals("begun"));

    assertWithin(SOON, start);
    Result result = failure.result();
    assertEquals("begun", result.stdoutText());
    assertTrue(result.teardown().orElseThrow().isComplete(), failure.getMessage());
    assertTrue(failure.getMessage().contains("timed out"), failure.getMessage());
    List<Long> pids = ChildProgram.pids(Files.readString(report));
    assertTrue(pids.size() >= 2, pids::toString); // those of earlier attempts, too
    for (long pid : pids) {
      awaitDead(pid);
    }
  }

  @Test
  void shouldHoldThoughAGrandchildKeepsThePipe() throws Exception {
    Path pid = dir.resolve("pid");
    Command command =
        sh("sleep 40 & echo $! >\"$0\"; echo early").args(pid.toString()).drain(Drain.untilEof());
    Duration first = Duration.ofMillis(800);
    ExitStatus well = new ExitStatus.Exited(0);
    long start = System.nanoTime();

    if (keeps(Guarantee.HELD_PIPE_POLICY)) {
      CommandTimedOutException failure =
          timesOut(command, first, result -> result.status().equals(well));
      assertEquals("early\n", failure.result().stdoutText());
      assertTrue(failure.result().outputIncomplete());
      assertEquals(0, failure.result().exitCode(), "the child itself has ended well");
    } else {
      boolean ended = false;
      for (Duration timeout = first; !ended; timeout = timeout.multipliedBy(4)) {
        try {
          launcher().run(command.timeout(timeout));
          ended = true; // the stream was cut at the exit
        } catch (CommandTimedOutException mayBe) {
          ended = mayBe.result().status().equals(well) || timeout.compareTo(ENOUGH) >= 0;
        }
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
    CommandTimedOutException failure = silent(1);
    for (int slower = 4; slower <= 8 && failure.result().lines().size() < 12; slower += 4) {
      failure = silent(slower); // the machine may have kept it for longer than that
    }

    assertEquals(12, failure.result().lines().size(), "it was ended while it still wrote");
    assertTrue(failure.getMessage().contains("idle"), failure.getMessage());
  }

  /** Writes twelve lines, with pauses of a tenth of the idle timeout, which is so many seconds. */
  private CommandTimedOutException silent(int seconds) {
    Command command =
        sh("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep "
                + seconds / 10.0
                + "; done; "
                + SLEEP)
            .idleTimeout(Duration.ofSeconds(seconds));
    return assertThrows(CommandTimedOutException.class, () -> launcher().run(command));
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

    // By its pid: on a busy machine it may be gone before anybody can look who that is.
    Await.within(SOON).until("it is gone", () -> Procs.find(child.pid()).isEmpty());

    assertThrows(CommandTimedOutException.class, child::result);
  }

  @Test
  void shouldAskBeforeItKills() {
    Command command =
        program(
            ChildProgram.create()
                .onSignal("TERM", on -> on.print("bye").exit(7))
                .print("ready ")
                .runForever());

    CommandTimedOutException failure =
        timesOut(
            command, Duration.ofMillis(800), result -> result.stdoutText().startsWith("ready "));

    assertEquals("ready bye", failure.result().stdoutText());
    assertEquals(new ExitStatus.Exited(7), failure.result().status());
  }

  @Test
  void shouldKillWhenTheGraceIsOver() {
    Command command = sh("trap '' TERM; echo deaf; while :; do sleep 0.05; done");
    long start = System.nanoTime();

    CommandTimedOutException failure =
        timesOut(
            command.grace(SHORT),
            Duration.ofMillis(500),
            result -> result.stdoutText().equals("deaf\n"));

    assertEquals(new ExitStatus.Signaled(9, false), failure.result().status());
    assertTrue(failure.result().duration().toMillis() >= 800, "no grace was given");
    assertWithin(SOON, start);
  }

  @Test
  void shouldKillAtOnceWhenTheGraceIsZero() {
    Command command =
        sh("trap 'echo bye; exit' TERM; echo ready; while :; do sleep 0.05; done")
            .grace(Duration.ZERO);

    CommandTimedOutException failure =
        timesOut(
            command, Duration.ofMillis(500), result -> result.stdoutText().startsWith("ready\n"));

    assertEquals("ready\n", failure.result().stdoutText());
    assertEquals(new ExitStatus.Signaled(9, false), failure.result().status());
  }

  @Test
  void shouldGiveFiveSecondsOfGraceUnlessSaid() {
    Command command =
        sh("trap 'sleep 1; echo late; exit' TERM; echo ready; while :; do sleep 0.05; done");

    CommandTimedOutException failure =
        timesOut(
            command, Duration.ofMillis(500), result -> result.stdoutText().startsWith("ready\n"));

    assertEquals("ready\n", failure.result().stdoutText().substring(0, 6));
    assertFalse(
        failure.result().status() instanceof ExitStatus.Signaled signaled && signaled.signal() == 9,
        "killed after " + failure.result().duration());
  }
}
