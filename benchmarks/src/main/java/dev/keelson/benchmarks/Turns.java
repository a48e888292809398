/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures both sides by turns, each time in a JVM of its own, so that one side's pools and heap do
 * not count for the other; what counts of a side is its median.
 */
final class Turns {

  private final Options options;
  private final Map<String, double[]> ours = new LinkedHashMap<>();
  private final Map<String, double[]> theirs = new LinkedHashMap<>();

  /**
   * Runs everything.
   *
   * @param once measures one side, which it is told by {@code --only}, and prints {@code
   *     what=number} pairs
   */
  Turns(Options options, List<String> heap, int rounds, List<String> once) throws Exception {
    this.options = options;
    for (int round = 0; round < rounds; round++) {
      String side = round % 2 == 0 ? Side.KEELSON : Side.PROCESS_BUILDER;
      String other = round % 2 == 0 ? Side.PROCESS_BUILDER : Side.KEELSON;
      for (String turn : List.of(side, other)) {
        List<String> words = new ArrayList<>(once);
        words.addAll(List.of("--only", turn));
        String line = OwnJvm.run(options, heap, words.toArray(String[]::new));
        Map<String, double[]> into = turn.equals(Side.KEELSON) ? ours : theirs;
        for (String pair : line.split(" ")) {
          String[] sides = pair.split("=");
          into.computeIfAbsent(sides[0], key -> new double[rounds])[round] =
              Double.parseDouble(sides[1]);
        }
      }
    }
  }

  /** Prints a line for each number; of those that have a bar, the ratio is to be at most that. */
  void print(String name, Map<String, Double> bars) {
    ours.forEach(
        (what, values) -> {
          double we = Rounds.median(values);
          double they = Rounds.median(theirs.getOrDefault(what, new double[] {Double.NaN}));
          Double bar = options.isLinux() ? bars.get(what) : null;
          System.out.printf(
              Locale.ROOT,
              "%s/%s keelson=%.2f peer=%.2f ratio=%.3f %s%s%n",
              name,
              what,
              we,
              they,
              we / they,
              bar == null ? "" : String.format(Locale.ROOT, "bar=%.1f ", bar),
              options.settings());
        });
  }
}
