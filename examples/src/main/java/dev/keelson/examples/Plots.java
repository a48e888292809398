/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.annotation.Nullable;

/** Where plots go: into the directory that {@code -Dtour.plots} names, else into a new one. */
final class Plots {

  private static volatile @Nullable Path made;

  private Plots() {}

  static Path directory() throws IOException {
    String named = System.getProperty("tour.plots");
    if (named != null) {
      return Path.of(named);
    }
    Path directory = made;
    if (directory == null) {
      directory = Files.createTempDirectory("keelson-tour");
      made = directory;
    }
    return directory;
  }
}
