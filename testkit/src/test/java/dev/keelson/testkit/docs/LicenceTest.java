/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scripts, poms and C sources carry the licence line; the formatter sees to the Java sources alone.
 */
class LicenceTest {

  private static final Path ROOT = SnippetsTest.root();
  private static final String LINE = "SPDX-License-Identifier: Apache-2.0";
  private static final Pattern NOT_OURS = Pattern.compile("target|\\.(?!ci$|mvn$).*");

  private final Set<String> with = new TreeSet<>();
  private final Set<String> without = new TreeSet<>();

  @Test
  void shouldHaveTheLicenceInEveryFileThatCanBeRunOrCompiled() throws IOException {
    look(ROOT);
    assertEquals(Set.of(), without);
    assertTrue(with.contains("build/gates") && with.contains("core/pom.xml"), with::toString);
  }

  @Test
  void shouldSeeTheFileWithoutOne(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("run"), "#!/bin/sh\n");
    Files.writeString(dir.resolve("pom.xml"), "<project>\n\n\n<!-- " + LINE + " --></project>");
    Files.writeString(dir.resolve("launch.c"), "/* " + LINE + " */");
    Files.writeString(dir.resolve("README.md"), "text");
    Files.writeString(Files.createDirectories(dir.resolve(".idea")).resolve("misc.xml"), "<x/>");
    look(dir);
    assertEquals(Set.of("pom.xml", "run"), without);
    assertEquals(Set.of("launch.c"), with);
  }

  private void look(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            boolean skip =
                !dir.equals(root) && NOT_OURS.matcher(String.valueOf(dir.getFileName())).matches();
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              String name = String.valueOf(file.getFileName());
              String head = head(file);
              if (name.matches(".+\\.(xml|xsl|c|sh)") || head.startsWith("#!")) {
                (head.contains(LINE) ? with : without).add(root.relativize(file).toString());
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The first three lines at the most, as bytes: not every file is text. */
  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(500), StandardCharsets.ISO_8859_1);
      return start.lines().limit(3).collect(Collectors.joining("\n"));
    }
  }
}
