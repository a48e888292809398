/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.process.ExitStatus;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.stress.JvmUnderTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every collector of this lane's JDK hands every dead owner over, once, and no living one. */
@Tag("process")
@Timeout(180)
@NoLeaks
class CollectorMatrixTest {

  @Test
  void shouldGoOnWhenMemoryOrStackIsUsedUp() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(FaultMain.class, "-Xmx32m", "-Xss512k")) {
      assertEquals("400 400 200 0 true", jvm.answer());
      assertEquals(new ExitStatus.Exited(0), jvm.child().await());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Serial", "Parallel", "G1", "Z"})
  void shouldCleanUpUnder(String collector) throws Exception {
    try (JvmUnderTest jvm =
        JvmUnderTest.start(
            MatrixMain.class, "-XX:-UseSerialGC", "-XX:+Use" + collector + "GC", "-Xmx256m")) {
      assertEquals("3000 3000 0 0 3000 3000 of 3000", jvm.answer());
      assertEquals(new ExitStatus.Exited(0), jvm.child().await());
    }
  }
}
