/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Drain;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Result;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What becomes of output, and of descendants, when the child itself has ended. */
abstract class DrainContract extends ContractSuite {

  private static final String LATE = "echo early; (sleep 0.4; echo late) &";

  @Test
  void shouldTakeLateOutputWithinTwoSecondsUnlessSaid() throws Exception {
    requires(Guarantee.HELD_PIPE_POLICY);

    Result result = launcher().run(sh(LATE));
    for (int i = 0; i < 2 && result.outputIncomplete(); i++) { // as if the machine stood still
      result = launcher().run(sh(LATE));
    }

    assertEquals("early\nlate\n", result.stdoutText());
    assertFalse(result.outputIncomplete());
  }

  @Test
  void shouldTakeLateOutputToItsEndWhereAsked() throws Exception {
    requires(Guarantee.HELD_PIPE_POLICY);

    assertEquals("early\nlate\n", launcher().run(sh(LATE).drain(Drain.untilEof())).stdoutText());
  }

  @Test
  void shouldSayThatOutputIsIncompleteWhenPatienceIsOver() throws Exception {
    requires(Guarantee.HELD_PIPE_POLICY);
    long start = System.nanoTime();

    Result result = launcher().run(holding().drain(Drain.graceful(Duration.ofMillis(200))));

    assertEquals("early\n", result.stdoutText());
    assertTrue(result.outputIncomplete());
    assertWithin(SOON, start);
    assertAlive();
  }

  @Test
  void shouldTakeExactlyWhatWasWrittenBeforeTheExitWhereAsked() throws Exception {
    requires(Guarantee.HELD_PIPE_POLICY);
    Command command =
        sh("sleep 40 & echo $! >\"$0\"; head -c 60000 /dev/zero")
            .args(dir.resolve("pid").toString())
            .drain(Drain.untilExit());
    long start = System.nanoTime();

    Result result = launcher().run(command);

    assertEquals(60_000, result.stdout().length);
    assertTrue(result.outputIncomplete());
    assertWithin(SOON, start);
    assertAlive();
  }

  @Test
  void shouldLoseNothingWhenNobodyHoldsThePipe() throws Exception {
    for (int i = 0; i < 20; i++) {
      Result result = launcher().run(sh("head -c 60000 /dev/zero").drain(Drain.untilExit()));
      assertEquals(60_000, result.stdout().length);
      assertFalse(result.outputIncomplete());
    }
  }

  @Test
  void shouldReturnThoughAGrandchildHoldsThePipe() throws Exception {
    long start = System.nanoTime();

    launcher().run(holding());

    assertWithin(SOON, start);
    assertAlive();
  }

  @Test
  void shouldHoldForConsumersToo() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    long start = System.nanoTime();

    launcher()
        .run(
            holding()
                .drain(Drain.graceful(Duration.ofMillis(200)))
                .stdout(Stdout.lines(lines::add)));

    assertWithin(SOON, start);
    assertAlive();
    if (keeps(Guarantee.HELD_PIPE_POLICY)) {
      assertEquals(List.of("early"), lines);
    }
  }

  @Test
  void shouldLeaveDescendantsAloneAfterANormalExit() throws Exception {
    Path pid = dir.resolve("pid");
    launcher()
        .run(sh("sleep 40 >/dev/null 2>&1 & echo $! >\"$0\"").args(pid.toString()).timeout(SOON));

    ProcInfo daemon = noteFrom(pid);
    launcher().close();

    assertTrue(Procs.isAlive(daemon), "a daemon was ended with the command that started it");
  }

  private Command holding() {
    return sh("sleep 40 & echo $! >\"$0\"; echo early").args(dir.resolve("pid").toString());
  }

  private void assertAlive() throws InterruptedException {
    assertTrue(
        Procs.isAlive(noteFrom(dir.resolve("pid"))), "a process was ended for holding a pipe");
  }
}
