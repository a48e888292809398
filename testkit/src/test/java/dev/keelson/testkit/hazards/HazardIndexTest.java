/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table in docs/hazards.md has a row for every hazard, and every test that it names exists. */
class HazardIndexTest {

  private static final Path TABLE = Path.of("..", "docs", "hazards.md");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern TEST =
      Pattern.compile("`(\\w+Test|\\w+Contract|\\w+Proofs)\\.(\\w+)`");
  private static final int HAZARDS = 42;

  @Test
  void shouldHaveARowForEveryHazard() throws IOException {
    assertEquals(
        IntStream.rangeClosed(1, HAZARDS).mapToObj(id -> "H" + id).toList(),
        rows().stream().map(row -> row.split("\\|")[1].strip()).toList());
  }

  @Test
  void shouldNameATestOrSayWhyThereIsNone() throws IOException {
    for (String row : rows()) {
      String last = row.split("\\|")[6].strip();
      assertTrue(TEST.matcher(last).find() || last.startsWith("none: "), row);
    }
  }

  @Test
  void shouldNameTestsThatExist() throws IOException {
    for (String row : rows()) {
      Matcher test = TEST.matcher(row);
      while (test.find()) {
        String method = test.group(2);
        assertTrue(
            source(test.group(1)).contains("void " + method + "("), test.group() + " in " + row);
      }
    }
  }

  private static List<String> rows() throws IOException {
    assumeTrue(Files.exists(TABLE), "not run in a checkout");
    return Files.readAllLines(TABLE).stream().filter(line -> line.matches("\\| H\\d+ .*")).toList();
  }

  private static String source(String type) throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().equals(type + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no " + type));
      return Files.readString(file);
    }
  }
}
