/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the documents to the code: what they show compiles, what they link to exists. */
class SnippetsTest {

  private static final Path ROOT = root();

  /** Where a snippet may stand: sources that are compiled with every build. */
  private static final List<String> SOURCES =
      List.of(
          "examples/src/main",
          "benchmarks/src/main",
          "testkit/src/test/java/dev/keelson/testkit/docs");

  private static final Pattern NAME = Pattern.compile("<!-- snippet: ([a-z0-9-]+) -->");
  private static final Pattern BEGIN = Pattern.compile("\\s*// snippet: ([a-z0-9-]+)");
  private static final Pattern END = Pattern.compile("\\s*// end");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

  @Test
  void shouldShowOnlyJavaThatIsCompiled() throws IOException {
    Map<String, String> snippets = snippets();
    List<String> wrong = new ArrayList<>();
    int blocks = 0;
    for (Path document : documents()) {
      List<String> lines = Files.readAllLines(document);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).strip().equals("```java")) {
          continue;
        }
        blocks++;
        String place = ROOT.relativize(document) + ":" + (i + 1);
        int end = i + 1;
        while (end < lines.size() && !lines.get(end).strip().equals("```")) {
          end++;
        }
        String shown = String.join("\n", lines.subList(i + 1, end));
        check(i == 0 ? "" : lines.get(i - 1), shown, snippets)
            .ifPresent(problem -> wrong.add(place + ": " + problem));
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(blocks > 0, "no java block was found in " + documents());
  }

  private static Optional<String> check(
      String comment, String shown, Map<String, String> snippets) {
    Matcher name = NAME.matcher(comment);
    if (!name.matches()) {
      return Optional.of("the line before the block must be <!-- snippet: name -->");
    }
    String compiled = snippets.get(name.group(1));
    if (compiled == null) {
      return Optional.of("no source has a snippet " + name.group(1));
    }
    return shown.equals(compiled)
        ? Optional.empty()
        : Optional.of("snippet " + name.group(1) + " is\n" + compiled + "\nand not\n" + shown);
  }

  @Test
  void shouldLinkOnlyToWhatExists() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : papers()) {
      Matcher link = LINK.matcher(withoutCode(Files.readString(document)));
      while (link.find()) {
        String target = link.group(1);
        if (!target.matches("[a-z]+:.*") && !resolves(document, target)) {
          broken.add(ROOT.relativize(document) + " -> " + target);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean resolves(Path document, String target) throws IOException {
    String file = target.replaceFirst("#.*", "");
    Path there = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    if (!Files.exists(there)) {
      return false;
    }
    int hash = target.indexOf('#');
    return hash < 0 || anchors(there).contains(target.substring(hash + 1));
  }

  /** The anchors that a renderer makes of headings. */
  private static List<String> anchors(Path document) throws IOException {
    return withoutCode(Files.readString(document))
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+\\s*", "").toLowerCase(java.util.Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void shouldNameTheTestCommandThatIsRunForEveryChange() throws IOException {
    String command = "mvn -B verify";
    assertAll(
        () -> assertTrue(lines("README.md").contains(command), "README.md has no line: " + command),
        () -> assertTrue(lines(".ci/run").contains(command), ".ci/run has no line: " + command));
  }

  @Test
  void shouldNameNothingOfTheMachineItWasWrittenOn() throws IOException {
    Predicate<String> local = Pattern.compile("/(work|home|root|tmp)/|localhost").asPredicate();
    for (Path document : documents()) {
      for (String line : Files.readAllLines(document)) {
        assertFalse(local.test(line), ROOT.relativize(document) + ": " + line);
      }
    }
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(ROOT.resolve(file));
  }

  private static String withoutCode(String markdown) {
    return markdown.replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md")),
              docs.filter(path -> path.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  /** The documents, and the other papers beside the README. */
  static List<Path> papers() throws IOException {
    return Stream.concat(
            documents().stream(),
            Stream.of("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md").map(ROOT::resolve))
        .toList();
  }

  /** All snippets, without the indentation that they have in their source. */
  private static Map<String, String> snippets() throws IOException {
    Map<String, String> snippets = new HashMap<>();
    for (String source : SOURCES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(source))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          collect(Files.readAllLines(file), snippets);
        }
      }
    }
    return snippets;
  }

  private static void collect(List<String> lines, Map<String, String> snippets) {
    for (int i = 0; i < lines.size(); i++) {
      Matcher begin = BEGIN.matcher(lines.get(i));
      if (!begin.matches()) {
        continue;
      }
      int end = i + 1;
      while (!END.matcher(lines.get(end)).matches()) {
        end++;
      }
      String text = lines.subList(i + 1, end).stream().collect(Collectors.joining("\n"));
      String earlier = snippets.put(begin.group(1), text.stripTrailing().stripIndent());
      assertEquals(null, earlier, "two snippets are called " + begin.group(1));
    }
  }

  /** The directory above the module's. */
  static Path root() {
    Path module = Path.of(System.getProperty("basedir", System.getProperty("user.dir")));
    for (Path at = module.toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("README.md")) && Files.exists(at.resolve(".ci/run"))) {
        return at;
      }
    }
    throw new AssertionError("README.md and .ci/run are nowhere above " + module);
  }
}
