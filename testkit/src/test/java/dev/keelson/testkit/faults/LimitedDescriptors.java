/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** The descriptors of this JVM, of which there are only so many. */
final class LimitedDescriptors {

  private static final int HIGHEST = 256;

  private LimitedDescriptors() {}

  /** Takes all descriptors. */
  static void fill(Deque<FileInputStream> fillers) {
    try {
      for (int i = 0; i < HIGHEST; i++) {
        fillers.push(new FileInputStream("/dev/null"));
      }
      throw new IllegalStateException("there is no limit of " + HIGHEST);
    } catch (IOException full) {
      // as it should be
    }
  }

  static int open() {
    return (int) new File("/proc/self/fd").length();
  }

  /** What each descriptor leads to. Takes none itself. */
  static Map<Integer, String> describe() {
    Map<Integer, String> all = new TreeMap<>();
    for (int i = 0; i < HIGHEST; i++) {
      try {
        all.put(i, Files.readSymbolicLink(Path.of("/proc/self/fd/" + i)).toString());
      } catch (IOException closed) {
        // it is not there
      }
    }
    return all;
  }
}
