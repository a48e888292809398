/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs when the JVM exits, and in what order. */
@Tag("process")
@Timeout(120)
@NoLeaks
class ExitTest {

  private static Result exit(String way, String... options) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dexit.way=" + way));
    line.addAll(List.of(options));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), ExitMain.class.getName()));
    return Command.of(line).anyExit().run();
  }

  private static List<String> said(Result result) {
    return result.lines().stream()
        .filter(line -> line.startsWith(">"))
        .map(line -> line.substring(1))
        .toList();
  }

  @Test
  void shouldRunTheLatestFirstAndWhatTheyRegisterNext() throws Exception {
    Result result = exit("order");
    assertEquals(0, result.exitCode(), result::stderrText);
    assertEquals(List.of("three", "six", "five", "five-late", "four", "two", "one"), said(result));
  }

  @Test
  void shouldListWhatDidNotRunWhenTimeIsUp() throws Exception {
    Result result = exit("block", "-Dkeelson.cleanup.exitMillis=4000"); // ample to get there
    assertEquals(3, result.exitCode());
    assertEquals(List.of("first", "blocks"), said(result));
    String text = result.stderrText();
    assertTrue(text.contains("after 4000 ms of exit 2 cleanup actions have not run"), text);
    assertTrue(text.contains("in realm exit (still running)"), text);
    assertTrue(text.contains("ExitMain$Said.sayAndBlock"), text);
  }

  @Test
  void shouldExitWhenAnActionExits() throws Exception {
    Result result = exit("exit", "-Dkeelson.cleanup.exitMillis=4000");
    assertEquals(3, result.exitCode());
    assertEquals(List.of("exits"), said(result));
    assertTrue(result.stderrText().contains("have not run"), result.stderrText());
  }

  @Test
  void shouldExitInOrderWhenTheActionOfACollectedOwnerExits() throws Exception {
    Result result = exit("collected");
    assertEquals(4, result.exitCode());
    assertEquals(List.of("collected", "marked"), said(result));
    assertEquals("", result.stderrText());
  }

  @Test
  void shouldRunOnceWhenTheExitRacesClose() throws Exception {
    Result result = exit("race");
    assertEquals(3, result.exitCode());
    List<String> said = said(result);
    assertTrue(said.contains("closed"));
    assertEquals(2_001, said.size(), result::stderrText);
    assertEquals(2_001, new TreeSet<>(said).size());
    assertFalse(result.stderrText().contains("have not run"), result.stderrText());
  }
}
