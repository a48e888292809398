/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** From the kill of a child until its future is complete, one child at a time. */
final class KillNotifyBenchmark {

  private static final int EACH_TURN = 20;

  private KillNotifyBenchmark() {}

  static void run(Options options) throws Exception {
    int kills = options.number("kills", 1000);
    turn(Side.KEELSON, new ArrayList<>());
    turn(Side.PROCESS_BUILDER, new ArrayList<>());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    while (ours.size() < kills) {
      turn(Side.KEELSON, ours);
      turn(Side.PROCESS_BUILDER, theirs);
    }
    print("p50", 0.50, 0.5, ours, theirs, options);
    print("p99", 0.99, 1.2, ours, theirs, options);
  }

  private static void turn(String side, List<Double> micros) throws Exception {
    List<Live> live = new ArrayList<>();
    try {
      for (int i = 0; i < EACH_TURN; i++) {
        live.add(Live.start(side));
      }
      while (!live.isEmpty()) {
        micros.add(Live.killed(live.remove(live.size() - 1)));
      }
    } finally {
      for (Live child : live) {
        child.kill();
      }
    }
  }

  private static void print(
      String what,
      double rank,
      double bar,
      List<Double> ours,
      List<Double> theirs,
      Options options) {
    double we = at(rank, ours);
    double they = at(rank, theirs);
    System.out.printf(
        Locale.ROOT,
        "kill-notify/%s keelson=%.0fus peer=%.0fus ratio=%.3f %s%s%n",
        what,
        we,
        they,
        we / they,
        options.isLinux() ? String.format(Locale.ROOT, "bar=%.1f ", bar) : "",
        options.settings());
  }

  private static double at(double rank, List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[(int) (rank * (sorted.length - 1))];
  }
}
