/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.process.ExitStatus;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A JVM that dies takes its children along, however it dies and whatever they do. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class JvmDeathTest {

  /**
   * A second on the linux engine; in a build, where others work beside this, and on the portable
   * one half a second more.
   */
  private static final Duration PROMISE =
      Duration.ofMillis(
          Size.isFull() && Launcher.system().capabilities().engine().equals("linux")
              ? 1_000
              : 1_500);

  /** A second for the trees, and what a JVM needs to leave. */
  private static final Duration ORDERLY = Duration.ofSeconds(5);

  @Test
  void shouldLeaveNoSurvivorWheneverTheLaunchingJvmIsKilled() throws Exception {
    long seed = Size.seed();
    Random random = new Random(seed);
    int rounds = Size.of(5, 200);
    long slowest = 0;
    int most = 0;
    for (int round = 0; round < rounds; round++) {
      int delay = random.nextInt(400_000);
      try (JvmUnderTest jvm = start()) {
        assertEquals("started", jvm.tell("family"));
        assertEquals("churning", jvm.tell("churn"));
        TimeUnit.MICROSECONDS.sleep(delay);
        // At an early instant the grandchildren may still be on their way, and who executes a
        // program cannot be told.
        int family =
            Await.soon()
                .value("a family to be ended", () -> jvm.family().size(), size -> size >= 1);
        most = Math.max(most, family);

        jvm.child().signal("KILL");
        jvm.child().await();
        String what = "round " + round + " of seed " + seed + " leaves no survivor";
        slowest = Math.max(slowest, InTime.gone(what, PROMISE, () -> describe(jvm.family())));
      }
    }
    System.out.printf(
        "%d launching JVMs killed, seed %d, up to %d processes: the last was gone after %d ms%n",
        rounds, seed, most, TimeUnit.NANOSECONDS.toMillis(slowest));
  }

  @Test
  void shouldEndEveryTreeWithinTheBoundWhenTheJvmExits() throws Exception {
    for (int round = 0; round < Size.of(2, 20); round++) {
      try (StallProbe probe = new StallProbe();
          JvmUnderTest jvm = start()) {
        assertEquals("started", jvm.tell("family"));
        if (round % 2 == 1) {
          assertEquals("churning", jvm.tell("churn"));
        }
        probe.reset();
        long start = System.nanoTime();
        jvm.send("exit");
        assertEquals(new ExitStatus.Exited(0), jvm.child().await());
        InTime.check("the exit", ORDERLY, System.nanoTime() - start, probe);
        InTime.gone("no survivor of an exit", PROMISE, () -> describe(jvm.family()));
      }
    }
  }

  /** It carries no cookie, so that the watchdog could not find it. */
  @Test
  void shouldEndAnUntrackedChildWhenTheJvmExits() throws Exception {
    try (JvmUnderTest jvm = start()) {
      ProcInfo child = Procs.find(Long.parseLong(jvm.tell("untracked"))).orElseThrow();
      jvm.send("exit");
      assertEquals(new ExitStatus.Exited(0), jvm.child().await());
      InTime.gone(
          "no untracked child",
          PROMISE,
          () -> Procs.isAlive(child) ? List.of(child.describe()) : List.of());
    }
  }

  private static JvmUnderTest start() throws Exception {
    return JvmUnderTest.start(
        LaunchingMain.class, "-Xmx64m", "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
  }

  private static List<String> describe(List<ProcInfo> family) {
    return family.stream().map(ProcInfo::describe).toList();
  }
}
