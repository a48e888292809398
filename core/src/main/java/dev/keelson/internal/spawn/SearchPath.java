/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.List;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * Where the JDK looks for a program whose name has no slash: in the directories of this process's
 * PATH, as it was when the JVM was started, whatever the child's is. An empty directory is the
 * current one, which is the child's.
 */
public final class SearchPath {

  /** What the JDK uses where there is no PATH at all. */
  private static final String DEFAULT_PATH = ":/bin:/usr/bin";

  private SearchPath() {}

  /** The directories, in order; the current one is a dot. */
  public static List<String> directories() {
    @Nullable String path = System.getenv("PATH");
    return Stream.of((path == null ? DEFAULT_PATH : path).split(":", -1))
        .map(entry -> entry.isEmpty() ? "." : entry)
        .toList();
  }
}
