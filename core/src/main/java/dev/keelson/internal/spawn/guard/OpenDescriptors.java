/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The numbers behind this JVM's open files, which Java keeps to itself. */
final class OpenDescriptors {

  private OpenDescriptors() {}

  /**
   * The first descriptor of this JVM that is open on a file.
   *
   * @param path any path of the file; may be one in {@code /proc/PID/fd}
   * @throws FileNotFoundException if there is none
   */
  static int numberOf(Path path) throws IOException {
    Object file = keyOf(path);
    String[] names = new File("/proc/self/fd").list();
    for (String name : names == null ? new String[0] : names) {
      try {
        if (file.equals(keyOf(Path.of("/proc/self/fd", name)))) {
          return Integer.parseInt(name);
        }
      } catch (IOException e) {
        // Closed since the list was made, such as the one it was made with.
      }
    }
    throw new FileNotFoundException("/proc/self/fd does not list " + path);
  }

  /** Device and number: unlike the text of a link, the same by whatever name it is reached. */
  private static Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Where other processes of this user find a descriptor of this JVM. */
  static Path path(int descriptor) {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
  }
}
