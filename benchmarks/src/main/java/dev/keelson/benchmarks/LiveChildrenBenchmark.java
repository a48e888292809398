/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What many live children cost their parent, and how soon it hears that all of them have ended. */
final class LiveChildrenBenchmark {

  /** Touched from the beginning, so that what becomes resident is not the heap's doing. */
  private static final List<String> HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

  private LiveChildrenBenchmark() {}

  static void run(Options options) throws Exception {
    if (!options.only().isEmpty()) {
      once(options);
      return;
    }
    String children = String.valueOf(options.number("children", 5000));
    String warmUp = String.valueOf(options.number("warmup", 8000));
    int rounds = options.number("rounds", 3);
    List<String> once = List.of("live-children-once", "--children", children, "--warmup", warmUp);
    new Turns(options, HEAP, rounds, once).print("live-children", Map.of());
  }

  /** One side, in this JVM: prints what its children cost. */
  static void once(Options options) throws Exception {
    String side = options.only();
    int children = options.number("children", 5000);
    // What is there once, and not for each child, is not counted: compiled code above all.
    Live.warmUp(side, options.number("warmup", 8000));
    List<Live> live = new ArrayList<>();
    live.add(Live.start(side));
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
      double burst = burst(live);
      System.out.printf(
          Locale.ROOT,
          "threads=%d descriptors=%d rss-kb-each=%.2f heap-kb-each=%.2f start-us=%.0f burst-p50-us=%.0f%n",
          moreThreads,
          moreDescriptors,
          moreMemory / children,
          moreHeap / children,
          start,
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
