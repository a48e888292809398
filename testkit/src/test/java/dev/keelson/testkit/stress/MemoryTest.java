/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.process.ExitStatus;
import dev.keelson.testkit.NoLeaks;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An output of any length passes through a small heap. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@NoLeaks(withinMillis = 10_000)
class MemoryTest {

  @ParameterizedTest
  @CsvSource({
    "lines, 8192",
    "lines, 1048576",
    "to, 8192",
    "to, 1048576",
    "tee, 1048576",
    "endless, 8192"
  })
  void shouldPassAnOutputOfAnyLengthThroughASmallHeap(String way, int write) throws Exception {
    long mebibytes = Size.of(way.equals("to") || way.equals("lines") ? 128 : 32, 1024);
    try (JvmUnderTest jvm =
        JvmUnderTest.start(
            FloodMain.class,
            "-Xmx64m",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-Dflood.way=" + way,
            "-Dflood.mebibytes=" + mebibytes,
            "-Dflood.write=" + write)) {
      String[] answer = jvm.answer().split(" ");
      assertEquals(mebibytes << 20, Long.parseLong(answer[0]));
      System.out.printf(
          "%d MiB by %s in writes of %d bytes with 64 MiB of heap: %s ms%n",
          mebibytes, way, write, answer[1]);
      assertEquals(new ExitStatus.Exited(0), jvm.child().await());
    }
  }
}
