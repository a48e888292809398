/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.stress.InTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Kills JVMs at instants that nobody chose, while they start and end trees as fast as they can. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
class OrphanGuardKillTest {

  private static final Duration PROMISE = Duration.ofMillis(1_500);
  private static final int ROUNDS = "full".equals(System.getProperty("keelson.stress")) ? 100 : 5;

  @Test
  void shouldLeaveNoSurvivorWheneverTheJvmIsKilled() throws Exception {
    long seed = Long.getLong("keelson.seed", System.nanoTime());
    Random random = new Random(seed);
    long slowest = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int delay = random.nextInt(400_000);
      try (GuardedJvm jvm = GuardedJvm.start()) {
        assertEquals("guarded", jvm.tell("start first stubborn"));
        jvm.tell("churn");
        TimeUnit.MICROSECONDS.sleep(delay);

        jvm.kill();
        String what = "round " + round + " of seed " + seed + " leaves no survivor";
        slowest = Math.max(slowest, InTime.gone(what, PROMISE, () -> describe(jvm.family())));
      }
    }
    System.out.printf(
        "%d JVMs killed, seed %d: the last survivor was gone after %d ms%n",
        ROUNDS, seed, TimeUnit.NANOSECONDS.toMillis(slowest));
  }

  private static List<String> describe(List<ProcInfo> family) {
    return family.stream().map(ProcInfo::describe).toList();
  }
}
