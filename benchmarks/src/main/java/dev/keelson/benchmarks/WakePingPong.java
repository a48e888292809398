/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.benchmarks.WakePairs.Maker;
import dev.keelson.benchmarks.WakePairs.Place;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** Two threads that wake each other by turns, and how long a sleeper takes to come. */
final class WakePingPong {

  private WakePingPong() {}

  /** A turn is two wake-ups. Pinned to one core, and then free, where it is bimodal. */
  static void pingPong(Options options) throws Exception {
    int turns = options.number("turns", 5_000);
    for (boolean pinned : new boolean[] {true, false}) {
      Rounds rounds = new Rounds(options);
      for (Map.Entry<String, Maker> way : WakePairs.all().entrySet()) {
        rounds.side(way.getKey(), () -> turns(way.getValue(), turns));
      }
      Map<String, Double> nanos = new LinkedHashMap<>();
      if (pinned) {
        Pinned.toOneCore();
      }
      try {
        rounds
            .medians("ping-pong", options.number("rounds", 21), 1, 3)
            .forEach((side, each) -> nanos.put(side, each * 1_000 / turns));
      } finally {
        Pinned.toAllCores();
      }
      new WakeLines("wake-pingpong" + (pinned ? "-pinned" : ""), options)
          .bar(Side.KEELSON, "Selector", 1.10)
          .bar(Side.KEELSON, "park", 1.10)
          .bar("keelson-on-selector", "Selector", 1.10)
          .bar("keelson-on-descriptor", "Selector", 1.10)
          .print(nanos);
    }
  }

  private static void turns(Maker maker, int turns) throws Exception {
    try (Place here = maker.make();
        Place there = maker.make()) {
      FutureTask<Void> other =
          new FutureTask<>(
              () -> {
                for (int i = 0; i < turns; i++) {
                  there.await();
                  here.wake();
                }
                return null;
              });
      new Thread(other).start();
      for (int i = 0; i < turns; i++) {
        there.wake();
        here.await();
      }
      other.get();
    }
  }

  /** From just before the wake to just after the return of an owner that sleeps. */
  static void latency(Options options) throws Exception {
    int wakes = options.number("wakes", 4_000);
    int rounds = options.number("rounds", 3);
    Map<String, long[]> all = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Maker> way : WakePairs.all().entrySet()) {
        long[] nanos = latencies(way.getValue(), wakes);
        if (round >= 0) {
          System.arraycopy(
              nanos,
              0,
              all.computeIfAbsent(way.getKey(), side -> new long[rounds * wakes]),
              round * wakes,
              wakes);
        }
      }
    }
    WakeLines lines =
        new WakeLines("wake-latency", options)
            .bar(Side.KEELSON, "park", 1.10)
            .bar("keelson-on-selector", "Selector", 1.05)
            .bar("keelson-on-descriptor", "Selector", 0.90);
    Map<String, Double> medians = new LinkedHashMap<>();
    all.forEach(
        (side, nanos) -> {
          lines.spread(side, nanos);
          histogram(side, nanos);
          medians.put(side, WakeLines.perMille(nanos, 500));
        });
    lines.print(medians);
  }

  /** By powers of two. */
  private static void histogram(String side, long[] nanos) {
    int[] buckets = new int[Long.SIZE];
    for (long each : nanos) {
      buckets[Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, each))]++;
    }
    for (int i = 0; i < buckets.length; i++) {
      if (buckets[i] > 0) {
        System.out.println(
            String.format(
                Locale.ROOT,
                "  %s < %,12d ns %7.3f %%",
                side,
                1L << i,
                100.0 * buckets[i] / nanos.length));
      }
    }
  }

  private static long[] latencies(Maker maker, int wakes) throws Exception {
    long[] nanos = new long[wakes];
    long[] woken = new long[1];
    try (Place owner = maker.make();
        Place back = maker.make()) {
      FutureTask<Void> waiting =
          new FutureTask<>(
              () -> {
                for (int i = 0; i < wakes; i++) {
                  owner.await();
                  nanos[i] = System.nanoTime() - woken[0];
                  back.wake();
                }
                return null;
              });
      new Thread(waiting).start();
      for (int i = 0; i < wakes; i++) {
        LockSupport.parkNanos(50_000); // it sleeps by then
        woken[0] = System.nanoTime();
        owner.wake();
        back.await();
      }
      waiting.get();
    }
    return nanos;
  }
}
