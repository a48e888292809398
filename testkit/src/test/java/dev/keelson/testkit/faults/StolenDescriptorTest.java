/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A descriptor that somebody else has closed is missed loudly. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks
class StolenDescriptorTest {

  @Test
  void shouldSayWhenADescriptorOfItsOwnIsGone() throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels.whyNot());

    String said = JvmProbe.of(StolenDescriptorMain.class).run();

    for (String attempt : new String[] {"read: ", "write: ", "signal: "}) {
      assertTrue(
          said.lines()
              .anyMatch(line -> line.startsWith(attempt) && line.contains("Bad file descriptor")),
          said);
    }
    assertTrue(said.contains("works: yes\n"), said);
  }
}
