/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The {@code --name value} pairs of the command line, and the settings that came of them. */
final class Options {

  private final Map<String, String> given = new HashMap<>();
  private final Map<String, String> used = new TreeMap<>();

  Options(List<String> words) {
    if (words.size() % 2 != 0) {
      throw new IllegalArgumentException(
          "the options are " + words + "; each --name needs a value");
    }
    for (int i = 0; i < words.size(); i += 2) {
      if (!words.get(i).startsWith("--")) {
        throw new IllegalArgumentException(words.get(i) + " is no option; they begin with --");
      }
      given.put(words.get(i).substring(2), words.get(i + 1));
    }
  }

  int number(String name, int otherwise) {
    int value = Integer.parseInt(given.getOrDefault(name, String.valueOf(otherwise)));
    used.put(name, String.valueOf(value));
    return value;
  }

  /** The one side to run; empty for all. */
  String only() {
    return given.getOrDefault("only", "");
  }

  /** A word. */
  String text(String name, String otherwise) {
    return given.getOrDefault(name, otherwise);
  }

  /** The engine that our side was told to use. */
  String engine() {
    return text("engine", "auto");
  }

  /** Whether the bars of the linux engine apply. */
  boolean isLinux() {
    return engine().equals("linux");
  }

  /** JDK, machine and settings, for the end of a line. */
  String settings() {
    StringBuilder line =
        new StringBuilder("jdk=")
            .append(Runtime.version())
            .append(" cores=")
            .append(Runtime.getRuntime().availableProcessors())
            .append(" kernel=")
            .append(System.getProperty("os.version"))
            .append(" engine=")
            .append(engine());
    used.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    return line.toString();
  }
}
