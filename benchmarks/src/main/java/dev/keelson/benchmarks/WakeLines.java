/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The lines of what takes nanoseconds: one for each of ours beside each of theirs. */
final class WakeLines {

  private final String name;
  private final Options options;

  /** By our side's name and the peer's, how many times theirs ours may take at most. */
  private final Map<String, Double> bars = new LinkedHashMap<>();

  WakeLines(String name, Options options) {
    this.name = name;
    this.options = options;
  }

  WakeLines bar(String ours, String peer, double mostTimes) {
    bars.put(ours + "/" + peer, mostTimes);
    return this;
  }

  /** Prints a line for each pair that has a bar; of a side that ran alone, its own. */
  void print(Map<String, Double> nanos) {
    if (nanos.size() == 1) {
      nanos.forEach(
          (side, each) ->
              System.out.printf(
                  Locale.ROOT, "%s %s=%.2fns %s%n", name, side, each, options.settings()));
    }
    bars.forEach(
        (pair, bar) -> {
          String ours = pair.substring(0, pair.indexOf('/'));
          String peer = pair.substring(ours.length() + 1);
          if (nanos.containsKey(ours) && nanos.containsKey(peer)) {
            double mine = nanos.get(ours);
            double theirs = nanos.get(peer);
            System.out.println(
                String.format(
                    Locale.ROOT,
                    "%s/%s %s=%.1fns peer=%.1fns ratio=%.3f rate=%.2f bar=%.3f %s",
                    name,
                    peer,
                    ours,
                    mine,
                    theirs,
                    mine / theirs,
                    theirs / mine,
                    bar,
                    options.settings()));
          }
        });
  }

  /** The value that so many of a thousand are not above. Sorts. */
  static double perMille(long[] nanos, int of) {
    Arrays.sort(nanos);
    return nanos[(int) Math.min(nanos.length - 1L, (long) nanos.length * of / 1_000)];
  }

  /** Prints where a side's values lie. */
  void spread(String side, long[] nanos) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s %s p50=%.0fns p90=%.0fns p99=%.0fns p99.9=%.0fns max=%.0fns %s",
            name,
            side,
            perMille(nanos, 500),
            perMille(nanos, 900),
            perMille(nanos, 990),
            perMille(nanos, 999),
            perMille(nanos, 1_000),
            options.settings()));
  }
}
