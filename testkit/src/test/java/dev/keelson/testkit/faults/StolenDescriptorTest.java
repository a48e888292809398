/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
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
