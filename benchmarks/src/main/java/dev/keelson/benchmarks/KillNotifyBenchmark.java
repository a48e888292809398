/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From the kill of a child until its future is complete, one child at a time, beside a few children
 * that live on and beside many.
 */
final class KillNotifyBenchmark {

  private static final int[] ALIVE = {20, 5000};

  private KillNotifyBenchmark() {}

  static void run(Options options) throws Exception {
    if (!options.only().isEmpty()) {
      once(options);
      return;
    }
    int rounds = options.number("rounds", 3);
    String kills = String.valueOf(options.number("kills", 4000));
    String warmUp = String.valueOf(options.number("warmup", 4000));
    for (int alive : ALIVE) {
      List<String> once =
          List.of(
              "kill-notify-once",
              "--alive",
              String.valueOf(alive),
              "--kills",
              kills,
              "--warmup",
              warmUp);
      // Beside a few, chance decides.
      Map<String, Double> bars = alive < 1000 ? Map.of() : Map.of("p50-us", 0.5, "p99-us", 1.2);
      new Turns(options, List.of(), rounds, once).print("kill-notify/" + alive, bars);
    }
  }

  /** One side, in this JVM: prints the percentiles. */
  static void once(Options options) throws Exception {
    double[] micros = new double[options.number("kills", 4000)];
    List<Live> alive = new ArrayList<>();
    try {
      Live.warmUp(options.only(), options.number("warmup", 4000));
      while (alive.size() < options.number("alive", ALIVE[0])) {
        alive.add(Live.start(options.only()));
      }
      for (int i = 0; i < micros.length; i++) {
        alive.add(Live.start(options.only()));
        micros[i] = Live.killed(alive.remove(0));
      }
    } finally {
      for (Live child : alive) {
        child.kill();
      }
    }
    Arrays.sort(micros);
    System.out.printf(Locale.ROOT, "p50-us=%.0f p99-us=%.0f%n", at(0.50, micros), at(0.99, micros));
  }

  private static double at(double rank, double[] sorted) {
    return sorted[(int) (rank * (sorted.length - 1))];
  }
}
