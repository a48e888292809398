/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.process.Command;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links under every collector of this lane's JDK, each in a JVM of its own. */
@Tag("process")
@NoLeaks
class CollectorMatrixTest {

  private static final int PROMISES = 9;

  @ParameterizedTest
  @ValueSource(strings = {"Serial", "Parallel", "G1", "Z"})
  void shouldKeepItsPromisesUnderEveryCollector(String collector) throws Exception {
    List<String> said = run(collector);
    assertEquals(PROMISES, said.size(), said::toString);
    assertEquals(List.of(), said.stream().filter(line -> !line.startsWith("ok ")).toList());
  }

  @Test
  void shouldSayOfEachPromiseThatItIsBrokenWhenABugIsPlanted() throws Exception {
    List<String> said = run("Serial", "planted");
    assertEquals(PROMISES, said.size(), said::toString);
    assertEquals(List.of(), said.stream().filter(line -> !line.startsWith("BROKEN ")).toList());
  }

  private static List<String> run(String collector, String... args) throws Exception {
    return Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
        .args("-XX:+Use" + collector + "GC", "-Xmx128m", "-XX:TieredStopAtLevel=1")
        .args("-cp", System.getProperty("java.class.path"))
        .args(CollectorMain.class.getName())
        .args(args)
        .timeout(Duration.ofSeconds(120))
        .run()
        .lines();
  }
}
