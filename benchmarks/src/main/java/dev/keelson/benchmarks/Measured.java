/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A line that a benchmark has printed: {@code NAME key=value...}. Words without a {@code =} belong
 * to the value before them.
 */
record Measured(String name, Map<String, String> values) {

  private static final List<String> COLUMNS =
      List.of("keelson", "peer", "ratio", "rate", "bar", "jdk", "cores", "kernel", "engine");

  /** The head of a table of such lines. */
  static final String HEAD = "benchmark," + String.join(",", COLUMNS) + ",more";

  /** Reads one; empty for a line that is none, such as a warning or a stack trace. */
  static Optional<Measured> parse(String line) {
    String[] words = line.strip().split("\\s+");
    if (words.length < 2 || !words[0].matches("[a-z][\\w./-]*") || words[1].indexOf('=') < 1) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    String key = "";
    for (String word : List.of(words).subList(1, words.length)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        key = word.substring(0, equals);
        values.put(key, word.substring(equals + 1));
      } else {
        values.merge(key, word, (before, more) -> before + " " + more);
      }
    }
    return values.containsKey("jdk")
        ? Optional.of(new Measured(words[0], values))
        : Optional.empty();
  }

  /** Our time over the peer's; empty where a line compares nothing. */
  Optional<Double> ratio() {
    return number("ratio");
  }

  /** The most that the ratio should be; empty where nothing was settled. */
  Optional<Double> bar() {
    return number("bar");
  }

  private Optional<Double> number(String key) {
    try {
      return Optional.ofNullable(values.get(key)).map(Double::valueOf).filter(value -> value > 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The line as a row under {@link #HEAD}. */
  String row() {
    String more =
        values.entrySet().stream()
            .filter(entry -> !COLUMNS.contains(entry.getKey()))
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    return cell(name)
        + ","
        + COLUMNS.stream()
            .map(column -> cell(values.getOrDefault(column, "")))
            .collect(Collectors.joining(","))
        + ","
        + cell(more);
  }

  private static String cell(String text) {
    return text.matches("[^,\"\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
