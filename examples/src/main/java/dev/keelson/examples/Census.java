/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What there is at one moment.
 *
 * @param survivors live processes of an experiment
 * @param zombies dead children of this JVM that nobody has reaped
 * @param descriptors open descriptors of this JVM
 * @param threads live platform threads of this JVM, idle ones included
 */
record Census(int survivors, int zombies, int descriptors, int threads) {

  static final List<String> HEADER = List.of("survivors", "descriptors", "threads", "zombies");

  static boolean isPossible() {
    return Files.isDirectory(Path.of("/proc/self/fd")) && Files.isExecutable(Path.of("/bin/sh"));
  }

  static Census of(String nap) throws IOException {
    return new Census(
        Trees.live(nap).size(),
        countZombies(),
        countDescriptors(),
        Thread.getAllStackTraces().size());
  }

  /** Its columns, each as it was and as it is. */
  List<String> since(Census before) {
    return List.of(
        String.valueOf(survivors),
        before.descriptors + " -> " + descriptors,
        before.threads + " -> " + threads,
        before.zombies + " -> " + zombies);
  }

  private static int countDescriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count() - 1; // the listing itself
    }
  }

  static int countZombies() throws IOException {
    long self = ProcessHandle.current().pid();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return (int)
          processes
              .filter(path -> path.getFileName().toString().matches("[0-9]+"))
              .map(Census::stat)
              .filter(stat -> stat.startsWith("Z " + self + " "))
              .count();
    }
  }

  /** State and parent of a process; empty if it is gone. */
  private static String stat(Path process) {
    try {
      String line = Files.readString(process.resolve("stat"));
      return line.substring(line.lastIndexOf(')') + 2);
    } catch (IOException | IndexOutOfBoundsException e) {
      return "";
    }
  }
}
