/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.stress.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A status that somebody else has taken is reported as lost, and nobody waits for it. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class ForeignReaperTest {

  @Test
  void shouldSayThatTheStatusIsLostWhenALibraryReapsEverything() throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels.whyNot());
    int launches = Size.of(40, 400);

    String said = JvmProbe.of(ForeignReaperMain.class, Integer.toString(launches)).run();

    System.out.println(said.strip().replace("\n", ", "));
    assertEquals(launches, sum(said, "(?:exit|kill|terminate|timeout) (?:known|unknown) (\\d+)"));
    assertTrue(sum(said, "unknown (\\d+)") > 0, said);
    assertTrue(sum(said, "longest (\\d+) ms") < 9_000, said);
  }

  private static int sum(String said, String pattern) {
    int sum = 0;
    for (Matcher matcher = Pattern.compile(pattern).matcher(said); matcher.find(); ) {
      sum += Integer.parseInt(matcher.group(1));
    }
    return sum;
  }
}
