/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What many live children cost their parent, and how soon it hears of an end. Each measurement has
 * a JVM of its own, so that one side's pools and heap do not count for the other.
 */
final class LiveChildrenBenchmark {

  private static final int ONE_BY_ONE = 100;

  /** Touched from the beginning, so that what becomes resident is not the heap's doing. */
  private static final List<String> HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

  private LiveChildrenBenchmark() {}

  static void run(Options options) throws Exception {
    int children = options.number("children", 5000);
    if (!options.only().isEmpty()) {
      System.out.println(
          "live-children " + options.only() + " " + measure(options.only(), children));
      return;
    }
    int rounds = options.number("rounds", 3);
    Map<String, double[]> ours = new LinkedHashMap<>();
    Map<String, double[]> theirs = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      collect(inOwnJvm(Side.KEELSON, children, options), ours, round, rounds);
      collect(inOwnJvm(Side.PROCESS_BUILDER, children, options), theirs, round, rounds);
    }
    ours.forEach(
        (what, values) -> {
          double we = Rounds.median(values);
          double they = Rounds.median(theirs.getOrDefault(what, new double[] {Double.NaN}));
          System.out.printf(
              Locale.ROOT,
              "live-children/%s keelson=%.1f peer=%.1f ratio=%.3f %s%n",
              what,
              we,
              they,
              we / they,
              options.settings());
        });
  }

  private static String inOwnJvm(String side, int children, Options options) throws Exception {
    String line =
        OwnJvm.run(
            options, HEAP, "live-children", "--only", side, "--children", String.valueOf(children));
    return line.substring(line.indexOf(side) + side.length()).strip();
  }

  private static void collect(String line, Map<String, double[]> into, int round, int rounds) {
    for (String pair : line.split(" ")) {
      String[] sides = pair.split("=");
      into.computeIfAbsent(sides[0], key -> new double[rounds])[round] =
          Double.parseDouble(sides[1]);
    }
  }

  /** One measurement in this JVM. */
  private static String measure(String side, int children) throws Exception {
    List<Live> live = new ArrayList<>();
    live.add(Live.start(side)); // what is there once, and not for each child, is not counted
    long threads = status("Threads");
    long descriptors = descriptors();
    double memory = memory();
    double heap = heap();
    long began = System.nanoTime();
    try {
      for (int i = 0; i < children; i++) {
        live.add(Live.start(side));
      }
      double start = (System.nanoTime() - began) / 1e3 / children;
      long moreThreads = status("Threads") - threads;
      long moreDescriptors = descriptors() - descriptors;
      double moreMemory = memory() - memory;
      double moreHeap = heap() - heap;
      int single = Math.min(ONE_BY_ONE, children / 2);
      double[] latencies = new double[single];
      for (int i = 0; i < single; i++) {
        latencies[i] = Live.killed(live.remove(live.size() - 1));
      }
      Arrays.sort(latencies);
      double burst = burst(live);
      return String.format(
          Locale.ROOT,
          "threads=%d descriptors=%d rss-kb-each=%.2f heap-kb-each=%.2f start-us=%.0f notified-p50-us=%.0f"
              + " notified-p99-us=%.0f burst-p50-us=%.0f",
          moreThreads,
          moreDescriptors,
          moreMemory / children,
          moreHeap / children,
          start,
          latencies[single / 2],
          latencies[single * 99 / 100],
          burst);
    } finally {
      for (Live child : live) {
        child.kill();
      }
    }
  }

  private static double burst(List<Live> live) throws Exception {
    List<CompletableFuture<Long>> notified = new ArrayList<>();
    for (Live child : live) {
      notified.add(child.ended().thenApply(ignored -> System.nanoTime()));
    }
    long began = System.nanoTime();
    for (Live child : live) {
      child.kill();
    }
    double[] latencies = new double[live.size()];
    for (int i = 0; i < latencies.length; i++) {
      latencies[i] = (notified.get(i).get() - began) / 1e3;
    }
    return Rounds.median(latencies);
  }

  /** A number of {@code /proc/self/status}. */
  private static long status(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status has no " + name);
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  /** Resident kilobytes, after what can be collected was. */
  private static double memory() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return status("VmRSS");
  }

  /** Kilobytes of the heap in use; right after a collection those that live. */
  private static double heap() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1024.0;
  }
}
