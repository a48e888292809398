/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final String PEER = "ProcessBuilder";
  private static final int ONE_BY_ONE = 100;
  private static final String[] PROGRAM = {"sleep", "3600"};

  private LiveChildrenBenchmark() {}

  /** A live child, of whichever side. */
  private interface Live {
    void kill() throws IOException;

    CompletableFuture<?> ended();
  }

  static void run(Options options) throws Exception {
    int children = options.number("children", 500);
    if (!options.only().isEmpty()) {
      System.out.println(
          "live-children " + options.only() + " " + measure(options.only(), children));
      return;
    }
    int rounds = options.number("rounds", 3);
    Map<String, double[]> ours = new LinkedHashMap<>();
    Map<String, double[]> theirs = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      collect(inOwnJvm(Side.KEELSON, children), ours, round, rounds);
      collect(inOwnJvm(PEER, children), theirs, round, rounds);
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

  private static String inOwnJvm(String side, int children) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String words =
        Command.of(java, "-Xmx1g", "-cp", System.getProperty("java.class.path"))
            .args(Benchmarks.class.getName(), "live-children")
            .args("--only", side, "--children", String.valueOf(children))
            .timeout(Duration.ofMinutes(15))
            .run()
            .stdoutTrimmed();
    return words.substring(words.indexOf(side) + side.length()).strip();
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
    live.add(start(side)); // what is there once, and not for each child, is not counted
    long threads = status("Threads");
    long descriptors = descriptors();
    double memory = memory();
    long began = System.nanoTime();
    try {
      for (int i = 0; i < children; i++) {
        live.add(start(side));
      }
      double start = (System.nanoTime() - began) / 1e3 / children;
      long moreThreads = status("Threads") - threads;
      long moreDescriptors = descriptors() - descriptors;
      double moreMemory = memory() - memory;
      int single = Math.min(ONE_BY_ONE, children / 2);
      double[] latencies = new double[single];
      for (int i = 0; i < single; i++) {
        latencies[i] = killed(live.remove(live.size() - 1));
      }
      Arrays.sort(latencies);
      double burst = burst(live);
      return String.format(
          Locale.ROOT,
          "threads=%d descriptors=%d rss-kb-each=%.1f start-us=%.0f notified-p50-us=%.0f"
              + " notified-p99-us=%.0f burst-p50-us=%.0f",
          moreThreads,
          moreDescriptors,
          moreMemory / children,
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

  /** How long it takes from the kill until the future has been completed. */
  private static double killed(Live child) throws Exception {
    CompletableFuture<Long> notified = child.ended().thenApply(ignored -> System.nanoTime());
    Thread.sleep(2);
    long began = System.nanoTime();
    child.kill();
    return (notified.get() - began) / 1e3;
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

  private static Live start(String side) throws Exception {
    return switch (side) {
      case Side.KEELSON -> new Ours();
      case PEER -> new Theirs();
      default ->
          throw new IllegalArgumentException(
              "--only " + side + " is none of the sides of live-children");
    };
  }

  private static final class Ours implements Live {
    private static final Command COMMAND =
        Command.of(List.of(PROGRAM)).stdout(Stdout.discard()).stderr(Stdout.discard());
    private final Child child = COMMAND.start();

    Ours() throws Exception {}

    @Override
    public void kill() throws IOException {
      child.signal("KILL");
    }

    @Override
    public CompletableFuture<?> ended() {
      return child.onExit();
    }
  }

  private static final class Theirs implements Live {
    private final Process process =
        new ProcessBuilder(PROGRAM)
            .redirectInput(Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();

    Theirs() throws IOException {}

    @Override
    public void kill() {
      process.destroyForcibly();
    }

    @Override
    public CompletableFuture<?> ended() {
      return process.onExit();
    }
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
}
