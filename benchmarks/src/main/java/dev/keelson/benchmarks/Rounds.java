/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
  private final Map<String, Double> bars = new HashMap<>();

  Rounds(Options options) {
    this.options = options;
  }

  Rounds side(String name, Side.Action action) {
    return side(Side.of(name, action));
  }

  Rounds side(Side side) {
    if (options.only().isEmpty() || options.only().equals(side.name())) {
      sides.add(side);
    }
    return this;
  }

  /** Wants our time to be at most so many times that of a peer. */
  Rounds bar(String peer, double ratio) {
    bars.put(peer, ratio);
    return this;
  }

  /**
   * Runs everything and prints a line for each peer.
   *
   * @param perRound how often an action is run in a round; the round's time is divided by that
   */
  void run(String name, int rounds, int perRound, int warmUp) throws Exception {
    Map<String, Double> medians = medians(name, rounds, perRound, warmUp);
    double ours = medians.getOrDefault(Side.KEELSON, Double.NaN);
    medians.forEach(
        (peer, theirs) -> {
          if (medians.size() == 1) {
            System.out.println(name + " " + peer + "=" + micros(theirs) + " " + options.settings());
          } else if (!peer.equals(Side.KEELSON)) {
            System.out.println(line(name, ours, peer, theirs) + options.settings());
          }
        });
  }

  /** Runs everything and returns the microseconds of each side. */
  Map<String, Double> medians(String name, int rounds, int perRound, int warmUp) throws Exception {
    if (sides.isEmpty()) {
      throw new IllegalArgumentException(
          "--only " + options.only() + " is none of the sides of " + name);
    }
    double[][] times = new double[sides.size()][rounds];
    for (int round = -warmUp; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        int turn = round % 2 == 0 ? i : sides.size() - 1 - i;
        double micros = sides.get(turn).measure().micros(perRound);
        if (round >= 0) {
          times[turn][round] = micros;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    for (int i = 0; i < times.length; i++) {
      medians.put(sides.get(i).name(), quantile(times[i], options.number("percent", 50)));
    }
    return medians;
  }

  private String line(String name, double ours, String peer, double theirs) {
    String line =
        String.format(
            Locale.ROOT,
            "%s/%s keelson=%s peer=%s ratio=%.3f rate=%.2f ",
            name,
            peer,
            micros(ours),
            micros(theirs),
            ours / theirs,
            theirs / ours);
    Double bar = bars.get(peer);
    return bar == null ? line : line + String.format(Locale.ROOT, "bar=%.3f ", bar);
  }

  /** On a machine that others use as well, a lower one than the half tells more. */
  private static double quantile(double[] values, int percent) {
    if (percent == 50) {
      return median(values);
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) * percent / 100];
  }

  private static String micros(double micros) {
    return micros < 10
        ? String.format(Locale.ROOT, "%.2fns", micros * 1e3)
        : String.format(Locale.ROOT, "%.0fus", micros);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
