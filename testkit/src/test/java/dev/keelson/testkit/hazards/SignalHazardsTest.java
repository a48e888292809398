/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Capabilities.Level;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Hazards of signals, and of the interrupt, which is Java's own. */
class SignalHazardsTest extends HazardSuite {

  private static final String MASKS = "grep -E 'Sig(Blk|Ign)' /proc/self/status | tr '\\n' ' '";

  @Test
  void h29ShouldStartChildrenWithTheSignalsOfAnyProgram() throws Exception {
    String masks = launcher().run(sh(MASKS)).stdoutText();
    String ended =
        launcher().run(sh("ulimit -c 0; kill -QUIT $$; echo alive").anyExit()).stdoutText();

    if (launcher().capabilities().of(Guarantee.CLEAN_SIGNAL_MASK).level() == Level.KEPT) {
      assertTrue(masks.contains("SigBlk:\t0000000000000000"), masks);
      assertEquals("", ended);
    }
    record("H29", SOON, () -> new String(plainSh(MASKS).start().getInputStream().readAllBytes()));
    record(
        "H29 SIGPIPE",
        SOON,
        () ->
            "yes | head: yes ended with "
                + new String(
                        plain("bash", "-c", "yes | head -1 >/dev/null; echo ${PIPESTATUS[0]}")
                            .start()
                            .getInputStream()
                            .readAllBytes())
                    .strip());
  }

  @Test
  void h29ShouldLetAWriterDieOfABrokenPipe() throws Exception {
    Result result = launcher().run(Command.of("yes").pipe(sh("head -n 1")).timeout(SOON));

    assertEquals(141, result.results().get(0).exitCode());
  }

  @Test
  void h30ShouldKeepSighupIgnoredWhereTheJvmIgnoresIt() throws Exception {
    Path out = dir.resolve("out");

    String said =
        JvmProbe.of(SurroundingsProbe.class, out.toString(), "signals", "own")
            .wrappedIn("nohup")
            .run();

    String ignored = SurroundingsProbe.answer(out, "signals", said).replaceAll(".*SigIgn:\\s*", "");
    assertEquals(1, Long.parseUnsignedLong(ignored.substring(0, 16), 16) & 1, ignored);
  }

  @Test
  void h36ShouldRefuseSignalsThatMeanGroupsOrEverybody() throws Exception {
    try (Child child = launcher().start(Command.of("sleep", "40"))) {
      for (int number : new int[] {-1, 0, 65}) {
        assertThrows(IllegalArgumentException.class, () -> child.signal(number));
      }
      assertTrue(child.isAlive());
    }
  }

  @Test
  void h38ShouldPassAnInterruptOnAndEndTheTree() throws Exception {
    Path pid = dir.resolve("pid");
    Thread test = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                noteFrom(pid);
                test.interrupt();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    interrupter.start();

    assertThrows(
        InterruptedException.class,
        () -> launcher().run(sh("echo $$ >\"$0\"; exec sleep 40").args(pid.toString())));

    interrupter.join();
    assertFalse(Thread.interrupted());
    record(
        "H38",
        Duration.ofSeconds(2),
        () -> {
          Process process = plain("sleep", "40").start();
          Thread.currentThread().interrupt();
          try {
            process.waitFor();
          } catch (InterruptedException e) {
            TimeUnit.MILLISECONDS.sleep(50);
            return "waitFor threw, the child lives: " + process.isAlive();
          }
          return "waitFor did not throw";
        });
  }
}
