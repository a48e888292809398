/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.stress.Size;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Runs loads side by side for a while, and judges them, the memory, and what they left behind. What
 * is resident is judged in a run of ten minutes and more: until then it is the code that is being
 * compiled.
 */
final class Soak {

  private static final int THREADS_EACH = 2;
  private static final int SAMPLES = 60;
  private static final Duration HANGS = Duration.ofMinutes(3);
  private static final Duration COMPILED = Duration.ofMinutes(10);

  private final Map<String, LongAdder> turns = new TreeMap<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Growth liveHeap = new Growth("live heap (kB)", 2_048);
  private final Growth resident = new Growth("resident (kB)", 16_384);
  private final long seed = Size.seed();
  private volatile boolean over;

  /** Makes a load. */
  interface Maker {
    Load make() throws Exception;
  }

  /**
   * Runs two threads for each.
   *
   * @param settles how long what was left may take to go away
   * @param log gets a line for every sixtieth of the time
   * @throws AssertionError that says what went wrong
   */
  static void run(List<Maker> makers, Duration time, Duration settles, Consumer<String> log)
      throws Exception {
    try (LeakScope oracle = LeakScope.open().within(settles)) {
      new Soak().runAll(makers, time.toNanos(), log);
    }
  }

  private void runAll(List<Maker> makers, long nanos, Consumer<String> log) throws Exception {
    List<Load> loads = new ArrayList<>();
    for (Maker maker : makers) {
      loads.add(maker.make());
    }
    List<Thread> threads = new ArrayList<>();
    for (Load load : loads) {
      String name = load.getClass().getSimpleName();
      LongAdder count = turns.computeIfAbsent(name, none -> new LongAdder());
      for (int i = 0; i < THREADS_EACH; i++) {
        Random random = Size.random(seed, threads.size());
        threads.add(new Thread(() -> turns(load, random, count), "soak-" + name));
      }
    }
    threads.forEach(thread -> thread.setDaemon(true)); // one that hangs does not keep the JVM
    threads.forEach(Thread::start);
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos && failure.get() == null) {
      Thread.sleep(Math.max(100, Duration.ofNanos(nanos / SAMPLES).toMillis()));
      sample();
      log.accept(
          (System.nanoTime() - start) / 1_000_000_000
              + " s: "
              + turns
              + ", "
              + liveHeap
              + ", "
              + resident);
    }
    over = true;
    for (Thread thread : threads) {
      thread.join(HANGS.toMillis());
      if (thread.isAlive()) {
        AssertionError hangs = new AssertionError(thread.getName() + " does not come back");
        hangs.setStackTrace(thread.getStackTrace());
        failure.compareAndSet(null, hangs);
      }
    }
    for (Load load : loads) {
      audit(load);
    }
    if (failure.get() != null) {
      throw new AssertionError("seed " + seed, failure.get());
    }
    assertEquals("", liveHeap.verdict());
    if (nanos >= COMPILED.toNanos()) {
      assertEquals("", resident.verdict());
    }
  }

  private void turns(Load load, Random random, LongAdder count) {
    try {
      while (!over) {
        load.turn(random);
        count.increment();
        Thread.sleep(1); // or those that only compute would leave nothing to the launches
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  private void audit(Load load) {
    try {
      load.audit();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  private void sample() {
    System.gc();
    liveHeap.sample(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10);
    String status = Procs.status(ProcessHandle.current().pid(), "VmRSS").orElseThrow();
    resident.sample(Long.parseLong(status.replaceAll("\\D", "")));
  }
}
