/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** No signal reaches a process that took over the pid of one that has ended. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class StrangerTest {

  /** So few that each is used again several times a second. A namespace has its own since 6.14. */
  private static final int PIDS = 1_000;

  private static final Duration LONG = Duration.ofMinutes(Size.of(2, 50));

  private static final int MOST_RUNS = 20;

  @Test
  void shouldHitNoStrangerHoweverOftenPidsAreUsedAgain() throws Exception {
    int victims = Size.of(1_000, 100_000);
    long start = System.nanoTime();
    String said = run(victims, "by-child");
    System.out.printf(
        "%s in %.1f s%n", said.strip().replace('\n', ','), (System.nanoTime() - start) / 1e9);
    assertTrue(said.contains("victims " + victims + " hit 0\n"), said);
  }

  /**
   * What this would look like; on a busy machine so few pids are used again that it takes a while.
   */
  @Test
  void shouldSeeTheHitsOfAProgramThatKeepsPids() throws Exception {
    String said;
    int runs = 0;
    do {
      said = run(500, "by-pid");
      assertTrue(said.contains("victims 500 hit "), said);
      runs++;
    } while (said.contains(" hit 0\n") && runs < MOST_RUNS);
    assertFalse(said.contains(" hit 0\n"), said);
  }

  private static String run(int victims, String how) throws Exception {
    assumeTrue(JvmProbe.canChoosePids(), "no pid namespace can be made here");
    try (JvmProbe.Running jvm =
        JvmProbe.of(StrangerMain.class, Integer.toString(victims), how)
            .wrappedIn(
                "unshare",
                "-pf",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-c",
                "echo " + PIDS + " >/proc/sys/kernel/pid_max; \"$@\"; exit $?",
                "sh")
            .start()) {
      Await.within(LONG).until("it ends", () -> !ProcessHandle.of(jvm.pid()).isPresent());
      return jvm.output();
    }
  }
}
