/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/** Holds what the documents say of events and properties to the sources. */
class ObservabilityTest {

  private static final Path ROOT = SnippetsTest.root();
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|(.*)\\|(.*)\\|$");
  private static final Pattern WORD = Pattern.compile("`(\\w+)`");
  private static final Pattern EVENT =
      Pattern.compile(
          "@Name\\(\"([\\w.]+)\"\\)[^{}]*?(?:\\{[^{}]*\\}[^{}]*?)?class (\\w+) extends Event");
  private static final Pattern PROPERTY = Pattern.compile("\"(keelson\\.[A-Za-z.]+)\"");
  private static final Pattern OPTION = Pattern.compile("-D(keelson\\.[A-Za-z]+(?:\\.[A-Za-z]+)*)");

  @Test
  void shouldNameEveryEventWithItsFields() throws Exception {
    Map<String, Set<String>> told = new TreeMap<>();
    Matcher row = ROW.matcher(page());
    while (row.find()) {
      if (row.group(1).startsWith("dev.keelson.")) {
        told.put(row.group(1), words(row.group(3)));
      }
    }

    assertEquals(recorded(), told);
  }

  @Test
  void shouldNameEveryPropertyOfTheLibrary() throws IOException {
    Set<String> told =
        ROW.matcher(page())
            .results()
            .map(row -> row.group(1))
            .filter(name -> name.startsWith("keelson."))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(properties("core/src/main", "testkit/src/main"), told);
  }

  @Test
  void shouldShowNoOptionThatNothingReads() throws IOException {
    Set<String> known = properties("core/src", "testkit/src", "build");
    String pom =
        Files.readString(ROOT.resolve("pom.xml"))
            + Files.readString(ROOT.resolve("consumers/pom.xml"));
    Set<String> shown = new TreeSet<>();
    for (Path document : documents()) {
      OPTION.matcher(Files.readString(document)).results().map(o -> o.group(1)).forEach(shown::add);
    }
    assertTrue(shown.contains("keelson.engine"), shown::toString);

    shown.removeIf(option -> known.contains(option) || pom.contains(option));
    assertEquals(Set.of(), shown);
  }

  private static Map<String, Set<String>> recorded() throws Exception {
    Map<String, Set<String>> events = new TreeMap<>();
    Path sources = ROOT.resolve("core/src/main/java");
    for (Path source : sources(sources)) {
      String text = Files.readString(source);
      String outer = sources.relativize(source).toString().replace(".java", "").replace('/', '.');
      for (MatchResult event : EVENT.matcher(text).results().toList()) {
        boolean nested = !outer.endsWith("." + event.group(2));
        events.put(event.group(1), fields(nested ? outer + "$" + event.group(2) : outer));
      }
      assertEquals(
          text.split("@Name\\(", -1).length, EVENT.matcher(text).results().count() + 1, outer);
    }
    return events;
  }

  /** What the recorder knows of it, without what each event has. */
  private static Set<String> fields(String type) throws ClassNotFoundException {
    return EventType.getEventType(Class.forName(type).asSubclass(jdk.jfr.Event.class))
        .getFields()
        .stream()
        .map(ValueDescriptor::getName)
        .filter(
            name -> !List.of("startTime", "duration", "eventThread", "stackTrace").contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(String cell) {
    return WORD.matcher(cell)
        .results()
        .map(word -> word.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> properties(String... folders) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String folder : folders) {
      for (Path source : sources(ROOT.resolve(folder))) {
        PROPERTY
            .matcher(Files.readString(source))
            .results()
            .map(p -> p.group(1))
            .forEach(names::add);
      }
    }
    return names;
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/observability.md"));
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              docs.filter(path -> path.toString().endsWith(".md")),
              Stream.of("README.md", "CONTRIBUTING.md").map(ROOT::resolve))
          .toList();
    }
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }
}
