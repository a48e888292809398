/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Launcher;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Children that do nothing cost no processor time in their parent. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class IdleTest {

  private static final Duration LONG = Duration.ofMinutes(4);

  @Test
  void shouldNotWakeUpWhileNothingHappens() throws Exception {
    int children = Size.of(60, 1_000);
    String said = run(Integer.toString(children), Integer.toString(Size.of(2, 60)));
    System.out.println(said.strip());
    assertTrue(said.contains("alive " + children + "\n"), said);
    assertTrue(said.contains("keelson-"), "some thread of ours is watched: " + said);
    List<String> woken = said.lines().filter(line -> line.startsWith("woken")).toList();
    if (Launcher.system().capabilities().engine().equals("portable")) {
      // It looks after its processes four times a second, by a timer, and says so.
      woken = woken.stream().filter(line -> !line.startsWith("woken keelson-timer/")).toList();
    }
    assertEquals(List.of(), woken, said);
  }

  /** What this would look like. */
  @Test
  void shouldSeeAThreadOfOursThatPolls() throws Exception {
    String said = run("1", "1", "busy");
    assertTrue(said.contains("woken keelson-busy/"), said);
  }

  private static String run(String... args) throws Exception {
    try (JvmProbe.Running jvm = JvmProbe.of(IdleMain.class, args).start()) {
      Await.within(LONG).until("it ends", () -> !ProcessHandle.of(jvm.pid()).isPresent());
      return jvm.output();
    }
  }
}
