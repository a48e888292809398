/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.Unfollowed;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.LongStream;

/**
 * Makes an owner, registers its cleanup and closes it, which is the way a resource is meant to go,
 * beside the JDK's {@link Cleaner} with the same state: time an object, by 1, 2 and 4 threads.
 */
final class CleanupBenchmark {

  /** What both sides clean up; the JDK's way is a state that is the action. */
  static final class State implements Runnable {
    long handle = 1;

    @Override
    public void run() {
      handle = 0;
    }
  }

  /** Makes one owner, with all that belongs to it, and closes it. */
  private interface Cycle {
    void once();
  }

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String OFF = "off";
  private static final String OVER_CLEANER = "over-cleaner";
  private static final String UNFOLLOWED = "unfollowed";

  private CleanupBenchmark() {}

  /** One way to do it, and what it took in each round. */
  private static final class Way {
    final String name;
    final Cycle cycle;
    final double[] nanos;

    Way(String name, Cycle cycle, int rounds) {
      this.name = name;
      this.cycle = cycle;
      nanos = new double[rounds];
    }
  }

  static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 15);
    int millis = options.number("millis", 100);
    int warmUp = options.number("warmup", 5);
    boolean cpu = options.text("clock", "wall").equals("cpu");
    for (String number : options.text("threads", "1,2,4").split(",")) {
      int threads = Integer.parseInt(number);
      List<Way> ways = new ArrayList<>();
      sides().forEach((name, cycle) -> ways.add(new Way(name, cycle, rounds)));
      // A program has one kind of realm, so that its calls have one target: so has this.
      ways.removeIf(
          way ->
              options.only().isEmpty()
                  ? way.name.equals(OVER_CLEANER) || way.name.equals(UNFOLLOWED)
                  : !options.only().equals(way.name));
      for (int round = -warmUp; round < rounds; round++) {
        for (int i = 0; i < ways.size(); i++) {
          Way way = ways.get(round % 2 == 0 ? i : ways.size() - 1 - i);
          double one = measure(way.cycle, threads, millis, cpu);
          if (round >= 0) {
            way.nanos[round] = one;
          }
        }
      }
      print(threads, ways, options);
    }
  }

  /**
   * What the leak levels cost: a JVM for each, as a program has one of them, by turns, and beside
   * them one that has none.
   */
  static void levels(Options options) throws Exception {
    int rounds = options.number("rounds", 5);
    List<String> names = List.of(UNFOLLOWED, OFF, Side.KEELSON);
    Map<String, double[]> nanos = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(round % 2 == 0 ? i : names.size() - 1 - i);
        String line = OwnJvm.run(options, List.of(), "cleanup", "--only", name, "--threads", "1");
        double one = Double.parseDouble(line.replaceAll(".* keelson=([0-9.]+)ns .*", "$1"));
        nanos.computeIfAbsent(name, key -> new double[rounds])[round] = one;
      }
    }
    double without = Rounds.median(nanos.getOrDefault(UNFOLLOWED, new double[0]));
    nanos.forEach(
        (name, each) -> {
          if (!name.equals(UNFOLLOWED)) {
            System.out.printf(
                Locale.ROOT,
                "cleanup-levels/%s keelson=%.1fns without=%.1fns ratio=%.3f %s%n",
                name.equals(OFF) ? OFF : "simple",
                Rounds.median(each),
                without,
                Rounds.median(each) / without,
                options.settings());
          }
        });
  }

  private static Map<String, Cycle> sides() {
    Map<String, Cycle> sides = new LinkedHashMap<>();
    sides.put(Side.KEELSON, keelson(CleanupRealm.shared()));
    Cleaner cleaner = Cleaner.create();
    sides.put(
        "Cleaner",
        () -> {
          Object owner = new Object();
          try {
            Cleaner.Cleanable cleanable = cleaner.register(owner, new State());
            cleanable.clean();
          } finally {
            Reference.reachabilityFence(owner);
          }
        });
    sides.put(OFF, keelson(realm("off", LeakLevel.OFF)));
    sides.put(OVER_CLEANER, keelson(CleanupRealm.over(Cleaner.create())));
    sides.put(UNFOLLOWED, keelson(Unfollowed.realm()));
    return sides;
  }

  private static CleanupRealm realm(String name, LeakLevel level) {
    return CleanupRealm.builder().name(name).leakLevel(level).build();
  }

  private static Cycle keelson(CleanupRealm realm) {
    return () -> {
      Object owner = new Object();
      try {
        var registration = realm.register(owner, new State(), State::run);
        registration.close();
      } finally {
        Reference.reachabilityFence(owner);
      }
    };
  }

  /**
   * The nanoseconds of one cycle, over all threads: half as many for two that do not hinder each
   * other. By the threads' own processor time on a machine that does other things, which leaves out
   * what they wait for.
   */
  private static double measure(Cycle cycle, int threads, int millis, boolean cpu)
      throws Exception {
    long end = System.nanoTime() + millis * 1_000_000L;
    long[] cycles = new long[threads];
    long[] spent = new long[threads];
    CyclicBarrier barrier = new CyclicBarrier(threads);
    List<Thread> running = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                await(barrier);
                cycles[number] = loop(cycle, end);
                spent[number] = THREADS.getCurrentThreadCpuTime();
              });
      thread.start();
      running.add(thread);
    }
    for (Thread thread : running) {
      thread.join();
    }
    double wall = System.nanoTime() - began;
    double nanos = cpu ? (double) LongStream.of(spent).sum() / threads : wall;
    return nanos / LongStream.of(cycles).sum();
  }

  private static long loop(Cycle cycle, long end) {
    long cycles = 0;
    while (System.nanoTime() - end < 0) {
      for (int i = 0; i < 1_000; i++) {
        cycle.once();
      }
      cycles += 1_000;
    }
    return cycles;
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void print(int threads, List<Way> ways, Options options) {
    double ours = Rounds.median(ways.get(0).nanos); // Keelson's, or the only one
    for (Way way : ways) {
      double theirs = Rounds.median(way.nanos);
      if (!way.name.equals(Side.KEELSON) || ways.size() == 1) {
        System.out.printf(
            Locale.ROOT,
            "cleanup-%d/%s keelson=%.1fns peer=%.1fns ratio=%.3f %s%n",
            threads,
            way.name,
            ours,
            theirs,
            ours / theirs,
            options.settings());
      }
    }
  }
}
