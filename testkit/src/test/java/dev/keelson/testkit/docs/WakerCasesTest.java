/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/waker.md to the tests that it names. */
class WakerCasesTest {

  private static final Pattern CASE =
      Pattern.compile("`(\\w+(?:Test|Races|Publication))\\.(\\w+)`");
  private static final List<String> SOURCES =
      List.of("core/src/test/java/dev/keelson/wake", "testkit/src/test/java/dev/keelson/wake");

  @Test
  void shouldNameOnlyCasesThatThereAre() throws IOException {
    Path root = root();
    List<String> missing = new ArrayList<>();
    int cases = 0;
    Matcher named = CASE.matcher(Files.readString(root.resolve("docs/waker.md")));
    while (named.find()) {
      cases++;
      if (!exists(root, named.group(1), named.group(2))) {
        missing.add(named.group());
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(cases > 20, cases + " cases");
  }

  private static boolean exists(Path root, String type, String member) throws IOException {
    for (String folder : SOURCES) {
      Path source = root.resolve(folder).resolve(type + ".java");
      if (Files.exists(source)) {
        return Files.readString(source).matches("(?s).*(void|class) " + member + "\\b.*");
      }
    }
    return false;
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("docs")) ? here : here.getParent();
  }
}
