/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the sides by turns, the order turned round each time, so that what the machine does
 * meanwhile meets all of them alike; what counts of a side is its median.
 */
final class Rounds {

  private final Options options;
  private final List<Side> sides = new ArrayList<>();

  Rounds(Options options) {
    this.options = options;
  }

  Rounds side(String name, Side.Action action) {
    if (options.only().isEmpty() || options.only().equals(name)) {
      sides.add(new Side(name, action));
    }
    return this;
  }

  /**
   * Runs everything and prints a line for each peer.
   *
   * @param perRound how often an action is run in a round; the round's time is divided by that
   * @param bar the ratio to the first peer that is wanted; NaN if it is only recorded
   */
  void run(String name, int rounds, int perRound, int warmUp, double bar) throws Exception {
    if (sides.isEmpty()) {
      throw new IllegalArgumentException(
          "--only " + options.only() + " is none of the sides of " + name);
    }
    Map<String, double[]> times = new LinkedHashMap<>();
    sides.forEach(side -> times.put(side.name(), new double[rounds]));
    for (int round = -warmUp; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        Side side = sides.get(round % 2 == 0 ? i : sides.size() - 1 - i);
        double micros = time(side, perRound);
        double[] of = times.get(side.name());
        if (round >= 0 && of != null) {
          of[round] = micros;
        }
      }
    }
    print(name, times, bar);
  }

  private static double time(Side side, int times) throws Exception {
    long began = System.nanoTime();
    for (int i = 0; i < times; i++) {
      side.action().run();
    }
    return (System.nanoTime() - began) / 1e3 / times;
  }

  private void print(String name, Map<String, double[]> times, double bar) {
    double ours = times.containsKey(Side.KEELSON) ? median(times.get(Side.KEELSON)) : Double.NaN;
    boolean first = true;
    for (Map.Entry<String, double[]> peer : times.entrySet()) {
      double theirs = median(peer.getValue());
      if (times.size() == 1) {
        System.out.println(
            name + " " + peer.getKey() + "=" + micros(theirs) + " " + options.settings());
      } else if (!peer.getKey().equals(Side.KEELSON)) {
        System.out.println(
            line(name, ours, peer.getKey(), theirs)
                + (first && !Double.isNaN(bar) ? " bar=" + bar + " " : " ")
                + options.settings());
        first = false;
      }
    }
  }

  private static String line(String name, double ours, String peer, double theirs) {
    return String.format(
        Locale.ROOT,
        "%s/%s keelson=%s peer=%s ratio=%.3f",
        name,
        peer,
        micros(ours),
        micros(theirs),
        ours / theirs);
  }

  private static String micros(double micros) {
    return String.format(Locale.ROOT, "%.0fus", micros);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
