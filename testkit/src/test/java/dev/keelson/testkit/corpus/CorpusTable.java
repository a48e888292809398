/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.infra.runners.TestList;

/** The tables in docs/corpus.md. */
final class CorpusTable {

  private static final Path PAGE = Path.of("..", "docs", "corpus.md");

  private CorpusTable() {}

  static List<Seed> all() {
    return Stream.of(Subject.values()).flatMap(subject -> subject.seeds().stream()).toList();
  }

  /** Asserts that the page has them; {@code -Dkeelson.corpus.write=true} puts them there. */
  static void assertDocumented() throws IOException {
    assumeTrue(Files.exists(PAGE), "not run in a checkout");
    String page = Files.readString(PAGE);
    String wanted = with(with(page, "<!-- table -->\n", seeds()), "<!-- races -->\n", races());
    if (Boolean.getBoolean("keelson.corpus.write")) {
      Files.writeString(PAGE, wanted);
    }
    assertEquals(wanted, Files.readString(PAGE));
  }

  private static String with(String page, String mark, String text) {
    int begin = page.indexOf(mark) + mark.length();
    int end = page.indexOf("<!-- end -->", begin);
    return page.substring(0, begin) + text + page.substring(end);
  }

  private static String seeds() {
    StringBuilder table = new StringBuilder("| a program that | like | is found by | in |\n");
    table.append("|---|---|---|---|\n");
    for (Subject subject : Subject.values()) {
      table.append("| **").append(subject.title).append("** | | | |\n");
      for (Seed seed : subject.seeds()) {
        String tool = "`" + seed.trial().tool() + "`";
        String by = seed.isMissed() ? "nothing: " + seed.missed() : tool;
        String when = seed.isMissed() ? "" : seed.whole() ? "`-Pstress`" : "every build";
        table.append("| " + seed + " | " + seed.source() + " | " + by + " | " + when + " |\n");
      }
    }
    return table.toString();
  }

  /** The tests that the gate for jcstress wants to see fail. */
  private static String races() {
    return TestList.tests().stream()
        .filter(test -> test.endsWith("Canary"))
        .map(test -> "- `" + test.substring("dev.keelson.".length()) + "`\n")
        .sorted()
        .collect(Collectors.joining());
  }
}
