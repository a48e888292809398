/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.stress.JvmUnderTest;
import dev.keelson.testkit.stress.Size;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks in a JVM whose memory ends in the middle of every step; see {@link StarvedMain}. */
@Tag("process")
@Timeout(300)
class StarvedTest {

  @Test
  void shouldLoseNothingWhereverMemoryEnds() throws Exception {
    String stride = "-Dkeelson.stride=" + Size.of(12, 1);
    try (JvmUnderTest jvm =
        JvmUnderTest.start(StarvedMain.class, "-Xmx10m", "-XX:-UseTLAB", stride)) {
      for (String step :
          List.of("wait", "await", "signal", "dead", "reset", "cross", "stripes", "canary")) {
        String[] words = jvm.answer().split(" ", 4);
        assertEquals(step, words[0]);
        if (step.equals("canary")) {
          assertNotEquals("", words[3], "the planted bug was not seen");
        } else {
          assertEquals("", words[3], step);
          boolean failed = Integer.parseInt(words[1]) > 0;
          assertEquals(!step.equals("signal"), failed, step + ": failed for want of memory");
          assertTrue(Integer.parseInt(words[2]) > 0, step + ": memory was never enough");
        }
      }
    }
  }
}
