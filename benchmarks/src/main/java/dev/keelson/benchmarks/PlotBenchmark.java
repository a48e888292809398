/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measures a launch under growing loads and draws what came of it. */
final class PlotBenchmark {

  private static final int[] HEAP = {16, 512, 1024, 2048};
  private static final int[] DESCRIPTORS = {0, 1000, 2500, 5000};
  private static final int[] CHILDREN = {0, 500, 1000, 2000};

  private PlotBenchmark() {}

  static void run(Options options) throws Exception {
    Path file = Path.of(options.text("file", "launch-cost.svg"));
    int rounds = options.number("rounds", 7);
    List<LinePlot> panels = new ArrayList<>();
    panels.add(panel(Load.HEAP, HEAP, rounds, options));
    panels.add(panel(Load.DESCRIPTORS, DESCRIPTORS, rounds, options));
    panels.add(panel(Load.CHILDREN, CHILDREN, rounds, options));
    String caption =
        "start, capture and wait for /bin/true, medians by turns, JDK "
            + Runtime.version().feature()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores";
    Files.writeString(file, LinePlot.svg("What one launch costs its JVM", caption, panels));
    System.out.println("plot " + file + " " + options.settings());
  }

  private static LinePlot panel(Load load, int[] amounts, int rounds, Options options)
      throws Exception {
    double[][] costs = new double[2][amounts.length];
    for (int i = 0; i < amounts.length; i++) {
      double[] pair = LoadBenchmark.costs(load, amounts[i], rounds, 30, options);
      costs[0][i] = pair[0];
      costs[1][i] = pair[1];
      System.out.printf(
          Locale.ROOT,
          "%s amount=%d keelson=%.0fus peer=%.0fus%n",
          load.benchmark,
          amounts[i],
          pair[0],
          pair[1]);
    }
    return panel(load, amounts, costs, options);
  }

  /** What is drawn is how many times ProcessBuilder's cost with the least load. */
  static LinePlot panel(Load load, int[] amounts, double[][] costs, Options options) {
    double one = costs[1][0];
    String ours = options.isLinux() ? "Keelson, linux engine" : "Keelson";
    return new LinePlot(load.label, "ProcessBuilder's least = 1", amounts)
        .line(ours, Arrays.stream(costs[0]).map(cost -> cost / one).toArray())
        .line(Side.PROCESS_BUILDER, Arrays.stream(costs[1]).map(cost -> cost / one).toArray());
  }
}
