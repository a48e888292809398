/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Has the tour told, every story of it, and holds it to what it says at the end. The stories know
 * by themselves what must be seen and what must hold.
 *
 * <p>The stories that depend on the engine are told in both lanes. The others would take as long
 * again: they are told in one lane, the native one where there is one, and in both only where
 * {@code keelson.stress} is {@code full}. Each list gets a JVM of its own, all at once, as most
 * stories wait more than they compute.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(400)
@NoLeaks(withinMillis = 30_000) // nobody has to be quick
class TourTest {

  private static final List<String> OF_ENGINES =
      List.of("S4", "S5", "S12", "replace", "teardown", "jvm-death", "capabilities");

  private static final List<String> OF_THREADS =
      List.of("S1", "S2", "S3", "S11", "cancel-query", "stack-overflow");

  private static final List<String> OF_MEMORY = List.of("S6", "S7", "S8", "S9", "S10", "S13");

  private static final Duration MOST = Duration.ofMinutes(5);
  private static final Pattern WOUNDS = Pattern.compile("as expected; (\\d+) of (\\d+) wounds");
  private static final Pattern LAST_LINE =
      Pattern.compile(
          "all as expected; 0 processes and 0 zombies left behind; the tour took [0-9.]+ s");

  @TempDir Path directory;

  @Test
  void shouldSeeEveryWoundAndLeaveNothingWhenTheStoriesAreTold() throws Exception {
    List<List<String>> lists = new ArrayList<>(List.of(OF_ENGINES));
    if (!isTheRestLeftToTheNativeLane()) {
      lists.add(OF_THREADS);
      lists.add(OF_MEMORY);
    }
    Map<List<String>, CompletableFuture<Result>> told = new LinkedHashMap<>();
    for (List<String> stories : lists) {
      told.put(stories, tour(stories).runAsync());
    }
    assertAll(
        told.entrySet().stream()
            .map(each -> () -> assertToldAsExpected(each.getKey(), each.getValue().join())));
    assertAll(lists.stream().map(stories -> () -> assertNothingIsLeftIn(temporary(stories))));
  }

  /** A story that is in none of the lists above would be told by nobody. */
  @Test
  void shouldNameEveryStoryWhenAskedForTheList() throws Exception {
    Result result = tour(List.of("--list")).run();
    assertEquals(0, result.exitCode(), result.stderrText());
    List<String> names = result.lines().stream().map(line -> line.split(" ")[0]).toList();
    List<String> told = Stream.of(OF_ENGINES, OF_THREADS, OF_MEMORY).flatMap(List::stream).toList();
    assertEquals(told.size(), names.size(), names.toString());
    assertEquals(new TreeSet<>(told), new TreeSet<>(names));
  }

  @Test
  void shouldExitWithTwoWhenThereIsNoSuchStory() throws Exception {
    Result result = tour(List.of("capabilities", "S99")).run();
    assertEquals(2, result.exitCode(), result.stdoutText());
    assertEquals("", result.stdoutText());
    assertTrue(result.stderrText().contains("[capabilities, S99]"), result.stderrText());
  }

  private static boolean isTheRestLeftToTheNativeLane() {
    return "17".equals(System.getProperty("keelson.test.lane"))
        && "false".equals(System.getProperty("keelson.skip.native"))
        && !"full".equals(System.getProperty("keelson.stress"));
  }

  private Command tour(List<String> args) throws IOException {
    return Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
        .args("-Xmx512m", "--enable-native-access=ALL-UNNAMED")
        .args("-Djava.io.tmpdir=" + Files.createDirectory(temporary(args)))
        .args("-Dtour.plots=" + directory.resolve("plots"))
        .args("-cp", System.getProperty("java.class.path"), Tour.class.getName(), "--plain")
        .args(args)
        .unsetEnv("JAVA_TOOL_OPTIONS") // a JVM tells of it
        .unsetEnv("JDK_JAVA_OPTIONS")
        .timeout(MOST)
        .anyExit();
  }

  private Path temporary(List<String> args) {
    return directory.resolve("of " + args.get(0));
  }

  private static void assertToldAsExpected(List<String> stories, Result result) {
    String said = result.stdoutText();
    assertEquals(0, result.exitCode(), said + result.stderrText());
    assertEquals("", result.stderrText(), "a JVM warns");
    for (int i = 0; i < stories.size(); i++) {
      String head = "== " + (i + 1) + "/" + stories.size() + "  " + stories.get(i) + ": ";
      assertTrue(
          said.lines().anyMatch(line -> line.startsWith(head)), head + " is not in\n" + said);
    }
    Matcher wounds = WOUNDS.matcher(said);
    assertTrue(wounds.find(), said);
    assertEquals(wounds.group(2), wounds.group(1), said);
    List<String> lines = result.lines();
    assertTrue(LAST_LINE.matcher(lines.get(lines.size() - 1)).matches(), said);
  }

  private static void assertNothingIsLeftIn(Path temporary) throws IOException {
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
