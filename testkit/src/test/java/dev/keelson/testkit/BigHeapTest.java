/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.testkit.stress.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The path is found where next to no memory is left. */
@Tag("process")
class BigHeapTest {

  /** What reads the dump of a few hundred thousand objects needs more, and takes it elsewhere. */
  @Test
  void shouldFindThePathWithoutDirectMemory() throws Exception {
    String message = message(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=1m"), "nodes", 8);
    assertNamesTheCulprit(message);
  }

  @Timeout(600)
  @ParameterizedTest
  @ValueSource(strings = {"pages", "nodes"})
  void shouldFindThePathInFiveHundredMegabytesWithHalfAsMuchFree(String filling) throws Exception {
    assumeTrue(Size.isFull(), "minutes, for the most objects that there can be");
    assertNamesTheCulprit(message(List.of("-Xmx750m"), filling, 500));
  }

  private static void assertNamesTheCulprit(String message) {
    assertTrue(message.contains("HashMap[\"alice\"]"), message);
    assertTrue(message.contains("static field dev.keelson.testkit.BigHeapMain.LEAKED"), message);
  }

  private static String message(List<String> options, String filling, int megabytes)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(options);
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BigHeapMain.class.getName(), filling, String.valueOf(megabytes)));
    try (ProgramRun run = ProgramRun.of(new ProcessBuilder(command))) {
      assertTrue(run.process.waitFor(500, TimeUnit.SECONDS), "the JVM has not ended");
      assertEquals(0, run.exit(), run.err());
      return run.out();
    }
  }
}
