/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Command;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a full collection takes while many trees live. Each collector has a JVM of its own; in
 * it the kinds of trees are built by turns. Each build is collected several times; the median
 * counts, and of the builds the median again. Beside it stands the processor time of all threads:
 * the collector's threads wait for each other, so whatever else runs on the machine prolongs a
 * collection by many times its own share.
 */
final class LinksGcBenchmark {

  private static final int DEPTH = 5;
  private static final int COLLECTIONS = 5;

  private LinksGcBenchmark() {}

  /** The CPU time is what all threads took together: it says the same on a machine that is busy. */
  private record Cost(double millis, double cpuMillis) {}

  static void run(Options options) throws Exception {
    int trees = options.number("trees", 100);
    int rounds = options.number("rounds", 5);
    if (!options.only().isEmpty()) {
      measure(options.only(), trees, rounds, options);
      return;
    }
    for (String collector : options.text("collectors", "Serial,Parallel,G1,Z").split(",")) {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      Command.of(java, "-XX:+Use" + collector + "GC", "-Xms1g", "-Xmx1g")
          .args("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName())
          .args("links-gc", "--only", collector)
          .args("--trees", String.valueOf(trees), "--rounds", String.valueOf(rounds))
          .timeout(Duration.ofMinutes(10))
          .run()
          .lines()
          .forEach(System.out::println);
    }
  }

  private static void measure(String collector, int trees, int rounds, Options options)
      throws IOException {
    Map<TreeOf, double[]> times = new EnumMap<>(TreeOf.class);
    Map<TreeOf, double[]> work = new EnumMap<>(TreeOf.class);
    for (int round = -1; round < rounds; round++) { // the first one warms up
      for (TreeOf kind : TreeOf.values()) {
        Cost cost = collect(kind, trees);
        if (round >= 0) {
          times.computeIfAbsent(kind, key -> new double[rounds])[round] = cost.millis();
          work.computeIfAbsent(kind, key -> new double[rounds])[round] = cost.cpuMillis();
        }
      }
    }
    for (TreeOf ours : List.of(TreeOf.LINKED_NODE, TreeOf.PARENT_LINK)) {
      for (TreeOf peer : List.of(TreeOf.STRONG, TreeOf.WEAK)) {
        double we = median(times, ours);
        double they = median(times, peer);
        System.out.printf(
            Locale.ROOT,
            "links-gc/%s/%s/%s keelson=%.1fms peer=%.1fms ratio=%.3f cpu-ratio=%.3f %s%n",
            collector,
            ours,
            peer,
            we,
            they,
            we / they,
            median(work, ours) / median(work, peer),
            options.settings());
      }
    }
  }

  private static double median(Map<TreeOf, double[]> of, TreeOf kind) {
    return Rounds.median(of.getOrDefault(kind, new double[0]));
  }

  /** Of a full collection. */
  private static Cost collect(TreeOf kind, int trees) throws IOException {
    List<Object> roots = new ArrayList<>();
    for (int i = 0; i < trees; i++) {
      roots.add(kind.grow(DEPTH));
    }
    try {
      System.gc();
      System.gc(); // everything is old now, and where it stays
      double[] millis = new double[COLLECTIONS];
      double[] cpuMillis = new double[COLLECTIONS];
      for (int i = 0; i < COLLECTIONS; i++) {
        double cpu = cpuMillis();
        long began = System.nanoTime();
        System.gc();
        millis[i] = (System.nanoTime() - began) / 1e6;
        cpuMillis[i] = cpuMillis() - cpu;
      }
      return new Cost(Rounds.median(millis), Rounds.median(cpuMillis));
    } finally {
      Reference.reachabilityFence(roots);
    }
  }

  /**
   * What all threads have run so far. The JVM's own clock for it ticks a hundred times a second.
   */
  private static double cpuMillis() throws IOException {
    double nanos = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        try {
          nanos += Double.parseDouble(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
        } catch (IOException e) {
          // it has just ended
        }
      }
    }
    return nanos / 1e6;
  }
}
