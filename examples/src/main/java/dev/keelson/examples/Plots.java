/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.annotation.Nullable;

/** Where plots go: into the directory that {@code -Dtour.plots} names, else into a new one. */
final class Plots {

  private static volatile @Nullable Path used;

  private Plots() {}

  static Path directory() throws IOException {
    Path directory = used;
    if (directory == null) {
      String named = System.getProperty("tour.plots");
      directory = named == null ? Files.createTempDirectory("keelson-plots") : Path.of(named);
      used = directory;
    }
    return directory;
  }

  /** The same, if a story has written something. */
  static Optional<Path> used() {
    return Optional.ofNullable(used);
  }
}
