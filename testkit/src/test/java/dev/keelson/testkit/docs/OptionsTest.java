/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the version, profiles and options that the documents name to the build and programs. */
class OptionsTest {

  private static final Path ROOT = SnippetsTest.root();
  private static final Pattern PROFILE = Pattern.compile("(?<![\\w-])-P([a-z]+)");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z-]+)");

  private static final Pattern PROPERTY = Pattern.compile("-D(tour\\.[a-z]+)=");
  private static final Pattern VERSION =
      Pattern.compile("<version>([^<]+)</version>|dev\\.keelson:keelson-[a-z]+:([^\"]+)\"");

  /** Of java, jfr, docker, setpriv and git. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "enable-native-access",
          "illegal-native-access",
          "events",
          "init",
          "pdeathsig",
          "porcelain",
          "version");

  @Test
  void shouldNameNoProfileThatThereIsNot() throws IOException {
    Set<String> named = named(PROFILE);
    assertTrue(named.contains("stress"), named::toString);

    String poms = read("pom.xml") + read("testkit/pom.xml");
    named.removeIf(profile -> poms.contains("<id>" + profile + "</id>"));
    assertEquals(Set.of(), named);
  }

  @Test
  void shouldNameNoProgramOptionThatNothingReads() throws IOException {
    Set<String> named = named(OPTION);
    assertTrue(named.contains("plain"), named::toString);

    String programs = read("examples/src/main/java/dev/keelson/examples/Tour.java");
    String script = read("benchmarks/run");
    named.removeAll(OF_OTHERS);
    named.removeIf(
        option ->
            programs.contains("\"--" + option + "\"") || script.contains("# --" + option + " "));
    assertEquals(Set.of(), named);
  }

  @Test
  void shouldNameNoPropertyOfTheTourThatNothingReads() throws IOException {
    Set<String> named = named(PROPERTY);
    assertTrue(named.contains("tour.plots"), named::toString);

    String plots = read("examples/src/main/java/dev/keelson/examples/Plots.java");
    named.removeIf(property -> plots.contains("getProperty(\"" + property + "\")"));
    assertEquals(Set.of(), named);
  }

  @Test
  void shouldHaveUsersDependOnTheVersionThatIsBuilt() throws IOException {
    Matcher built = VERSION.matcher(read("pom.xml"));
    assertTrue(built.find(), "pom.xml has no version");
    assertEquals(Set.of(built.group(1)), named(VERSION));
  }

  private static Set<String> named(Pattern what) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path document : SnippetsTest.papers()) {
      names.addAll(
          what.matcher(Files.readString(document))
              .results()
              .map(found -> found.group(found.group(1) == null ? 2 : 1))
              .collect(Collectors.toSet()));
    }
    return names;
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
