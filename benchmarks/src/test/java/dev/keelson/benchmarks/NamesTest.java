/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Program, script and documents know the same benchmarks. */
class NamesTest {

  private static final Path HERE =
      Path.of(System.getProperty("basedir", System.getProperty("user.dir")));
  private static final Pattern CASE = Pattern.compile("case \"([a-z-]+)\" ->");
  private static final Pattern LISTED =
      Pattern.compile("(?m)^#   benchmarks/run ([a-z-]+(?:, [a-z-]+)*)(?:  |$)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)`");
  private static final Pattern USED = Pattern.compile("benchmarks/run ([a-z]+(?:-[a-z]+)*)");

  @Test
  void shouldListWhatTheProgramKnows() throws IOException {
    Set<String> known = known();
    assertTrue(known.contains("launch"), known::toString);
    known.add("all"); // of the script alone
    known.remove("under-load"); // what a loaded JVM is told to do
    known.removeIf(name -> name.endsWith("-once")); // and one that is to do it once

    assertEquals(known, listed());
  }

  @Test
  void shouldExplainEveryBenchmarkThatIsListed() throws IOException {
    String page = Files.readString(HERE.resolve("../docs/performance.md"));
    Set<String> explained =
        Pattern.compile("`([a-z-]+)`")
            .matcher(page)
            .results()
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> missing = listed();
    missing.removeAll(explained);
    missing.remove("all");
    Set<String> rows =
        ROW.matcher(page)
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(rows.contains("launch"), rows::toString);
    rows.removeAll(known());

    assertEquals(Set.of(), missing, "not explained in docs/performance.md");
    assertEquals(Set.of(), rows, "explained there, and there is none");
  }

  @Test
  void shouldNameNoBenchmarkThatThereIsNot() throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.list(HERE.resolve("../docs"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
        USED.matcher(Files.readString(file)).results().forEach(name -> named.add(name.group(1)));
      }
    }
    assertTrue(named.contains("cleanup"), named::toString);
    named.removeAll(listed());

    assertEquals(Set.of(), named);
  }

  private static Set<String> known() throws IOException {
    String source =
        Files.readString(HERE.resolve("src/main/java/dev/keelson/benchmarks/Benchmarks.java"));
    return CASE.matcher(source)
        .results()
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> listed() throws IOException {
    return LISTED
        .matcher(Files.readString(HERE.resolve("run")))
        .results()
        .flatMap(line -> Stream.of(line.group(1).split(", ")))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
