/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where reports go that are too long for a message: the folder of {@code
 * -Dkeelson.testkit.reports}, else {@code testkit} in the {@code target} or {@code build} folder of
 * the working directory, else nowhere. Safe for use by multiple threads.
 */
public final class Overflow {

  private static final String PROPERTY = "keelson.testkit.reports";

  private Overflow() {}

  /** Writes the lines; the file's path, or empty if there is no folder or it cannot be written. */
  public static Optional<Path> write(String name, List<String> lines) {
    return folder()
        .flatMap(
            folder -> {
              try {
                Path file = Files.createTempFile(Files.createDirectories(folder), name, ".txt");
                return Optional.of(Files.write(file, lines));
              } catch (IOException e) {
                return Optional.empty(); // a full disk must not hide the failure
              }
            });
  }

  private static Optional<Path> folder() {
    String wanted = System.getProperty(PROPERTY, "");
    if (!wanted.isBlank()) {
      return Optional.of(Path.of(wanted));
    }
    return List.of("target", "build").stream()
        .map(Path::of)
        .filter(Files::isDirectory)
        .map(folder -> folder.resolve("testkit"))
        .findFirst();
  }
}
