/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.LeakError;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.stress.Size;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A few seconds of the soak, or as many as {@code keelson.soak} says, and whether it would see what
 * it is for.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class MixedSoakTest {

  private static final Duration MORE = Duration.ofMinutes(10);
  private static final Duration SOON = Duration.ofMillis(300);

  @Test
  @Timeout(20_000)
  void shouldLoseAndLeaveNothing() throws Exception {
    Integer wanted = Integer.getInteger("keelson.soak");
    if (wanted == null) {
      Soak.run(SoakMain.loads(), Duration.ofSeconds(Size.of(2, 120)), SoakMain.SETTLES, line -> {});
    } else {
      runAlone(wanted);
    }
  }

  /** In a JVM whose heap is resident from the beginning: what grows there is not the heap. */
  private static void runAlone(int seconds) throws Exception {
    JvmProbe probe =
        JvmProbe.of(SoakMain.class, Integer.toString(seconds))
            .options("-Xms128m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=4");
    try (JvmProbe.Running jvm = probe.start()) {
      AtomicInteger told = new AtomicInteger();
      Await.within(Duration.ofSeconds(seconds).plus(MORE))
          .until(
              "the soak is over",
              () -> {
                boolean over = ProcessHandle.of(jvm.pid()).isEmpty();
                String output = jvm.output();
                System.out.print(output.substring(told.getAndSet(output.length())));
                return over;
              });
      assertTrue(
          jvm.output().endsWith(SoakMain.GOOD + "\n"),
          "the soak ends without \"" + SoakMain.GOOD + "\", see above");
    }
  }

  @Test
  void shouldSeeAWakeThatNobodyAnswers() {
    String told =
        red(
            () -> {
              WakeLoad load = new WakeLoad(SOON);
              load.pairs.forEach(pair -> pair.owner.interrupt());
              return load;
            });
    assertTrue(told.contains("a wake-up is lost"), told);
  }

  @Test
  void shouldSeeACountThatTwoHaveMade() {
    String told =
        red(
            () -> {
              LockLoad load = new LockLoad(SOON);
              load.all.get(2).count++;
              return load;
            });
    assertTrue(told.contains("counted under the lock"), told);
  }

  @Test
  void shouldSeeATreeThatIsKept() {
    LinkLoad.Node kept = new LinkLoad.Node();
    String told =
        red(
            () -> {
              LinkLoad load = new LinkLoad(SOON);
              load.dropped.add(new WeakReference<>(kept));
              return load;
            });
    assertTrue(told.contains("every dropped root is collected"), told);
    assertEquals(0, kept.children.size());
  }

  @Test
  void shouldSeeAnOwnerThatIsNotCleanedUp() {
    String told =
        red(
            () -> {
              CleanupLoad load = new CleanupLoad(SOON);
              load.registered.increment();
              return load;
            });
    assertTrue(told.contains("every dropped owner is cleaned up"), told);
  }

  @Test
  void shouldSeeADescriptorThatIsLeft(@TempDir Path dir) throws Exception {
    Path file = Files.createFile(dir.resolve("left"));
    FileChannel[] left = new FileChannel[1];
    Load leaving =
        new Load() {
          @Override
          public synchronized void turn(Random random) throws Exception {
            left[0] = left[0] == null ? FileChannel.open(file) : left[0];
          }

          @Override
          public void audit() {}
        };
    try {
      String told = red(() -> leaving);
      assertTrue(told.contains(file.toString()), told);
    } finally {
      left[0].close();
    }
  }

  @Test
  void shouldSeeAFigureThatGrowsAmongOthersThatGoUpAndDown() {
    Random random = new Random(7);
    Growth flat = new Growth("flat", 10);
    Growth growing = new Growth("growing", 10);
    for (int i = 0; i < 60; i++) {
      flat.sample(1_000 + random.nextInt(20));
      growing.sample(1_000 + random.nextInt(20) + i);
    }
    assertEquals("", flat.verdict());
    assertTrue(growing.verdict().startsWith("growing grew from 10"), growing.verdict());
  }

  private static String red(Soak.Maker maker) {
    AssertionError error =
        assertThrows(AssertionError.class, () -> Soak.run(List.of(maker), SOON, SOON, line -> {}));
    return error instanceof LeakError ? error.getMessage() : String.valueOf(error.getCause());
  }
}
