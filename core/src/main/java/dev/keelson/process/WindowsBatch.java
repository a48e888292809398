/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.List;
import java.util.Locale;

/**
 * Refuses what {@code cmd.exe} would take for code. Windows runs {@code .bat} and {@code .cmd}
 * files by {@code cmd.exe}, which reads its arguments anew, and no quoting is known that holds for
 * all of them (CVE-2024-24576 and its kin).
 */
final class WindowsBatch {

  private static final String UNSAFE = "\"%!^&|<>\r\n";

  private WindowsBatch() {}

  static boolean isWindows() {
    return System.getProperty("os.name", "").startsWith("Windows");
  }

  /**
   * Whether Windows runs this program by {@code cmd.exe}. Windows drops dots and blanks at the end
   * of a file name, and so do we.
   */
  static boolean isBatch(String program) {
    String name = program.toLowerCase(Locale.ROOT).replaceAll("[. ]+$", "");
    return name.endsWith(".bat") || name.endsWith(".cmd");
  }

  /** The place of the first argument that must not be given to a batch file, or -1. */
  static int firstUnsafe(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i).chars().anyMatch(c -> UNSAFE.indexOf(c) >= 0)) {
        return i;
      }
    }
    return -1;
  }
}
