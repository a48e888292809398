/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The numbers behind this JVM's open files, which Java keeps to itself. */
final class OpenDescriptors {

  private OpenDescriptors() {}

  /**
   * The first descriptor of this JVM that is open on {@code target}.
   *
   * @param target what its link in {@code /proc/self/fd} says
   * @throws FileNotFoundException if there is none
   */
  static int numberOf(String target) throws IOException {
    String[] names = new File("/proc/self/fd").list();
    if (names != null) {
      for (String name : names) {
        if (target.equals(linkOf(Path.of("/proc/self/fd", name)))) {
          return Integer.parseInt(name);
        }
      }
    }
    throw new FileNotFoundException("/proc/self/fd does not list " + target);
  }

  /** Where other processes of this user find a descriptor of this JVM. */
  static Path path(int descriptor) {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
  }

  /** What a link in {@code /proc} says, or an empty text where it is gone. */
  static String linkOf(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
