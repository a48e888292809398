/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import java.util.List;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * Where the JDK looks for a program: a name with a slash is a path; any other is looked for in the
 * directories of this process's PATH, as it was when the JVM was started, whatever the child's is.
 * An empty directory is the current one, which is the child's.
 */
final class ProgramSearch {

  /** What the JDK uses where there is no PATH at all. */
  private static final String DEFAULT_PATH = ":/bin:/usr/bin";

  private static final List<byte[]> DIRECTORIES = directories(System.getenv("PATH"));
  private static final List<byte[]> NONE = List.of(new byte[0]);

  private ProgramSearch() {}

  /** What to put before the name, one after the other. */
  static List<byte[]> prefixes(String program) {
    return program.indexOf('/') >= 0 ? NONE : DIRECTORIES;
  }

  static List<byte[]> directories(@Nullable String path) {
    return Stream.of((path == null ? DEFAULT_PATH : path).split(":", -1))
        .map(entry -> entry.isEmpty() ? "." : entry)
        .map(entry -> entry.endsWith("/") ? entry : entry + "/")
        .map(Text::encode)
        .toList();
  }
}
