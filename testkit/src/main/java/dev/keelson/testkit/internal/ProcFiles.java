/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import static java.util.Objects.requireNonNullElse;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.annotation.Nullable;

/** Reads files below {@code /proc}, whose owner may end at any moment: then there is no answer. */
public final class ProcFiles {

  /** The link that this is costs a quarter more for each file, and there are many. */
  private static final String SELF = requireNonNullElse(target("/proc/self"), "self");

  private ProcFiles() {}

  /**
   * The bytes of a file, one char each; empty where it is not readable. Nothing is lost this way: a
   * name or an argument need not be text in any charset.
   */
  public static Optional<String> read(String path) {
    // Not readAllBytes, which asks for the length first: there is none, and these are many.
    try (FileInputStream in = new FileInputStream(path)) {
      byte[] bytes = new byte[1024];
      int length = 0;
      for (int got = in.read(bytes); got > 0; got = in.read(bytes, length, bytes.length - length)) {
        length += got;
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, length * 4);
        }
      }
      return Optional.of(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Makes text of bytes that {@link #read} returned. */
  public static String decode(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The names in a directory that are numbers: pids, descriptors, threads. */
  public static long[] numbers(String directory) {
    String[] names = new File(directory).list();
    if (names == null) {
      return new long[0];
    }
    long[] numbers = new long[names.length];
    int count = 0;
    for (String name : names) {
      if (isNumber(name)) {
        numbers[count++] = Long.parseLong(name);
      }
    }
    return Arrays.copyOf(numbers, count);
  }

  private static boolean isNumber(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Where a link points to, or null where it is gone. */
  public static @Nullable String target(String link) {
    try {
      return Files.readSymbolicLink(Path.of(link)).toString();
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** Descriptor number to target of one process. */
  public static Map<Integer, String> descriptors(String process) {
    Map<Integer, String> found = new TreeMap<>();
    String directory = "/proc/" + (process.equals("self") ? SELF : process) + "/fd";
    for (long fd : numbers(directory)) {
      String target = target(directory + "/" + fd);
      if (target != null) {
        found.put((int) fd, target);
      }
    }
    return found;
  }

  /** Seconds since boot. */
  public static double uptimeSeconds() {
    return read("/proc/uptime").map(text -> Double.parseDouble(text.split(" ")[0])).orElse(0.0);
  }
}
