/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The virtual threads that live, read from the dump that the JVM writes of them: no other list of
 * them exists. From JDK 21 on.
 */
final class VirtualThreads {

  /**
   * One of them.
   *
   * @param id {@link Thread#getId}
   * @param name its name; most have none
   * @param stack its frames, the innermost first
   */
  record Seen(long id, String name, List<String> stack) {
    Seen {
      stack = List.copyOf(stack);
    }
  }

  private static final Pattern HEADER = Pattern.compile("#(\\d+) \"(.*)\" virtual\\b.*");

  private VirtualThreads() {}

  /** Those that live; empty if this JVM cannot tell. */
  static Optional<List<Seen>> all() {
    if (Runtime.version().feature() < 21) {
      return Optional.of(List.of());
    }
    try {
      Path folder = Files.createTempDirectory("keelson-threads");
      Path file = folder.resolve("dump.txt");
      try {
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                "dumpThreads",
                new Object[] {file.toString(), "TEXT_PLAIN"},
                new String[] {String.class.getName(), String.class.getName()});
        return Optional.of(parse(Files.readAllLines(file)));
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (JMException | IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  static List<Seen> parse(List<String> dump) {
    List<Seen> found = new ArrayList<>();
    for (int i = 0; i < dump.size(); i++) {
      Matcher header = HEADER.matcher(dump.get(i));
      if (header.matches()) {
        List<String> stack = new ArrayList<>();
        while (i + 1 < dump.size() && dump.get(i + 1).startsWith(" ")) {
          i++;
          String frame = dump.get(i).strip();
          if (frame.startsWith("at ")) {
            frame = frame.substring("at ".length());
          }
          if (!frame.startsWith("- ")) { // a lock
            stack.add(frame);
          }
        }
        found.add(new Seen(Long.parseLong(header.group(1)), header.group(2), stack));
      }
    }
    return found;
  }
}
