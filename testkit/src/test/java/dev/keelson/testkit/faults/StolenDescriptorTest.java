/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A descriptor that somebody else has closed is missed loudly. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class StolenDescriptorTest {

  private static final List<String> ATTEMPTS = List.of("read: ", "write: ", "signal: ");

  @Test
  void shouldSayWhenADescriptorOfItsOwnIsGone() throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels.whyNot());

    String said = JvmProbe.of(StolenDescriptorMain.class).run();

    for (String attempt : ATTEMPTS) {
      assertTrue(isLoud(attempt, said), said);
    }
    assertTrue(said.contains("works: yes\n"), said);
  }

  @Test
  void shouldSayWhenTheLoopIsWokenByAnother() throws Exception {
    String said =
        robbed(
            "eventfd", "the eventfd of the loop was closed by other code of this process; it has");

    assertTrue(said.contains("cut: true\n"), said);
    assertTrue(said.contains("works: yes\n"), said);
    assertEquals(1, said.split("the eventfd of the loop", -1).length - 1, said);
  }

  @Test
  void shouldSayWhenTheLoopCanWaitForNothing() throws Exception {
    String said = robbed("eventpoll", "the epoll of the loop was closed by other code");

    // The number may be that of something else by then.
    assertTrue(
        said.lines()
            .anyMatch(
                line ->
                    line.startsWith("launch: failed")
                        && (line.contains("Bad file descriptor")
                            || line.contains("Invalid argument"))),
        said);
    assertTrue(said.contains("left: []\n"), said);
  }

  private static String robbed(String what, String complaint) throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels.whyNot());
    try (JvmProbe.Running probe = JvmProbe.of(StolenDescriptorMain.class, what).start()) {
      try {
        return Await.within(Duration.ofSeconds(90))
            .value(
                "the complaint",
                probe::output,
                said -> said.contains("waits\n") && said.contains(complaint));
      } catch (AssertionError e) {
        throw new AssertionError(probe.output(), e);
      }
    }
  }

  private static boolean isLoud(String attempt, String said) {
    return said.lines()
        .anyMatch(line -> line.startsWith(attempt) && line.contains("Bad file descriptor"));
  }

  /** An engine that does not look at that answer of the system's is not passed over. */
  @Test
  void shouldBeSeenWhenItIsSilent() throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels.whyNot());

    String said = JvmProbe.of(CarelessEngineMain.class).run();

    for (String attempt : ATTEMPTS) {
      assertTrue(said.contains(attempt), said);
      assertFalse(isLoud(attempt, said), said);
    }
  }
}
