/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.spawn.SearchPath;
import java.util.List;

/** What stands before a program's name in the paths that are tried; see {@link SearchPath}. */
final class ProgramSearch {

  private static final List<byte[]> DIRECTORIES =
      SearchPath.directories().stream()
          .map(entry -> Text.encode(entry.endsWith("/") ? entry : entry + "/"))
          .toList();

  /** A name with a slash is a path. */
  private static final List<byte[]> NONE = List.of(new byte[0]);

  private ProgramSearch() {}

  /** What to put before the name, one after the other. */
  static List<byte[]> prefixes(String program) {
    return program.indexOf('/') >= 0 ? NONE : DIRECTORIES;
  }
}
