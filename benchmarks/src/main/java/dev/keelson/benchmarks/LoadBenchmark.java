/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a launch costs a JVM that is under some load. Each has a JVM of its own. */
final class LoadBenchmark {

  private static final List<String> HEAP = List.of("-Xms3g", "-Xmx3g");

  /** Rounds until all of a launch is compiled. */
  private static final int WARM_UP = 200;

  private LoadBenchmark() {}

  /** A whole benchmark: measures in another JVM and prints a line. */
  static void run(Load load, Options options) throws Exception {
    int amount = options.number("amount", load.usual);
    int rounds = options.number("rounds", 9);
    int launches = options.number("launches", 40);
    double[] costs = costs(load, amount, rounds, launches, options);
    System.out.printf(
        Locale.ROOT,
        "%s/ProcessBuilder keelson=%.0fus peer=%.0fus ratio=%.3f rate=%.2f %s%s%n",
        load.benchmark,
        costs[0],
        costs[1],
        costs[0] / costs[1],
        costs[1] / costs[0],
        options.isLinux() && !Double.isNaN(load.bar())
            ? String.format(Locale.ROOT, "bar=%.3f ", load.bar())
            : "",
        options.settings());
  }

  /** Our time and ProcessBuilder's under that load, in microseconds. */
  static double[] costs(Load load, int amount, int rounds, int launches, Options options)
      throws Exception {
    String line =
        OwnJvm.run(
            options,
            HEAP,
            "under-load",
            "--load",
            load.name(),
            "--amount",
            String.valueOf(amount),
            "--rounds",
            String.valueOf(rounds),
            "--launches",
            String.valueOf(launches),
            "--warmup",
            String.valueOf(options.number("warmup", WARM_UP)));
    String[] words = line.split(" ");
    return new double[] {Double.parseDouble(words[0]), Double.parseDouble(words[1])};
  }

  /** The part in the other JVM: prints our time and the peer's. */
  static void underLoad(Options options) throws Exception {
    Load load = Load.valueOf(options.text("load", ""));
    List<Object> taken = new ArrayList<>();
    try {
      load.take(options.number("amount", load.usual), taken);
      Map<String, Double> medians =
          new Rounds(options)
              .side(Side.KEELSON, Launches::keelson)
              .side(Side.PROCESS_BUILDER, Launches::processBuilder)
              .medians(
                  load.benchmark,
                  options.number("rounds", 9),
                  options.number("launches", 40),
                  options.number("warmup", WARM_UP));
      System.out.println(medians.get(Side.KEELSON) + " " + medians.get(Side.PROCESS_BUILDER));
    } finally {
      Load.drop(taken);
    }
  }
}
