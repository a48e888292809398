/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What live registrations cost a full collection, and the heap: N owners, each with a handle in an
 * array and a registration, against the same owners with none.
 */
final class CleanupGcBenchmark {

  private CleanupGcBenchmark() {}

  static void run(Options options) throws InterruptedException {
    int rounds = options.number("rounds", 5);
    int smallest = options.number("smallest", 1 << 14);
    int largest = options.number("largest", 1 << 20);
    List<Integer> sizes = new ArrayList<>();
    Map<String, List<Double>> extra = new LinkedHashMap<>();
    for (int size = smallest; size <= largest; size *= 4) {
      sizes.add(size);
      one(size, rounds, extra, options);
    }
    if (smallest == largest) {
      return; // a slope needs two points
    }
    extra.forEach(
        (side, millis) ->
            System.out.printf(
                Locale.ROOT,
                "cleanup-gc-slope/%s %.1fns a registration%n",
                side,
                slope(sizes, millis) * 1e6));
  }

  private static void one(int size, int rounds, Map<String, List<Double>> extra, Options options)
      throws InterruptedException {
    double[] none = new double[rounds];
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    long[] bytes = new long[3];
    for (int i = -1; i < rounds; i++) { // each on a fresh heap, by turns
      double without = measure(size, (owner, state) -> state, bytes, 0);
      CleanupRealm realm = CleanupRealm.named("benchmark");
      double keelson =
          measure(
              size,
              (owner, state) -> realm.register(owner, state, CleanupBenchmark.State::run),
              bytes,
              1);
      Cleaner cleaner = Cleaner.create();
      double jdk = measure(size, cleaner::register, bytes, 2);
      if (i >= 0) {
        none[i] = without;
        ours[i] = keelson;
        theirs[i] = jdk;
      }
    }
    double base = Rounds.median(none);
    double keelson = Rounds.median(ours);
    double jdk = Rounds.median(theirs);
    extra.computeIfAbsent(Side.KEELSON, key -> new ArrayList<>()).add(keelson - base);
    extra.computeIfAbsent("Cleaner", key -> new ArrayList<>()).add(jdk - base);
    System.out.printf(
        Locale.ROOT,
        "cleanup-gc-%d/Cleaner none=%.1fms keelson=%.1fms peer=%.1fms ratio=%.3f extra=%.3f"
            + " keelson-bytes=%.1f peer-bytes=%.1f %s%n",
        size,
        base,
        keelson,
        jdk,
        keelson / jdk,
        (keelson - base) / (jdk - base),
        (double) (bytes[1] - bytes[0]) / size,
        (double) (bytes[2] - bytes[0]) / size,
        options.settings());
  }

  /** The milliseconds of one full collection; what is held is ended before this returns. */
  private static double measure(
      int size, BiFunction<Object, CleanupBenchmark.State, Object> register, long[] bytes, int slot)
      throws InterruptedException {
    Object[] owners = new Object[size];
    Object[] handles = new Object[size];
    for (int i = 0; i < size; i++) {
      owners[i] = new Object();
      handles[i] = register.apply(owners[i], new CleanupBenchmark.State());
    }
    double[] millis = new double[5];
    try {
      System.gc();
      System.gc();
      for (int i = 0; i < millis.length; i++) {
        long began = System.nanoTime();
        System.gc();
        millis[i] = (System.nanoTime() - began) / 1e6;
      }
      Runtime runtime = Runtime.getRuntime();
      bytes[slot] = runtime.totalMemory() - runtime.freeMemory();
      for (Object handle : handles) {
        if (handle instanceof Registration<?> registration) {
          registration.close();
        } else if (handle instanceof Cleaner.Cleanable cleanable) {
          cleanable.clean();
        }
      }
    } finally {
      Reference.reachabilityFence(owners);
    }
    Arrays.fill(owners, null);
    Arrays.fill(handles, null);
    System.gc();
    return Rounds.median(millis);
  }

  /** Of the line through the points, by least squares. */
  private static double slope(List<Integer> x, List<Double> y) {
    double meanX = x.stream().mapToInt(Integer::intValue).average().orElse(0);
    double meanY = y.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double above = 0;
    double below = 0;
    for (int i = 0; i < x.size(); i++) {
      above += (x.get(i) - meanX) * (y.get(i) - meanY);
      below += (x.get(i) - meanX) * (x.get(i) - meanX);
    }
    return above / below;
  }
}
