/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The table in docs/corpus.md. */
final class CorpusTable {

  private static final Path PAGE = Path.of("..", "docs", "corpus.md");
  private static final String BEGIN = "<!-- table -->\n";
  private static final String END = "<!-- end -->";

  private CorpusTable() {}

  static List<Seed> all() {
    return Stream.of(Subject.values()).flatMap(subject -> subject.seeds().stream()).toList();
  }

  /** Asserts that the page shows it; {@code -Dkeelson.corpus.write=true} puts it there. */
  static void assertDocumented() throws IOException {
    assumeTrue(Files.exists(PAGE), "not run in a checkout");
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    if (Boolean.getBoolean("keelson.corpus.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + text() + page.substring(end));
    } else {
      assertEquals(text(), page.substring(begin, end));
    }
  }

  private static String text() {
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
}
