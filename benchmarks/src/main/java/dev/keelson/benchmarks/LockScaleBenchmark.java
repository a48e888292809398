/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.lock.Force;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jol.info.GraphLayout;

/**
 * What a registry costs with a thousand, ten thousand and a hundred thousand locks, of which one in
 * a hundred is held and one is waited for: resetting all, a report, and bytes.
 */
final class LockScaleBenchmark {

  private static final int[] SIZES = {1_000, 10_000, 100_000};
  private static final double BAR = 12;

  private LockScaleBenchmark() {}

  /** A registry with its locks. */
  private static final class Fleet {
    final LockRegistry registry = new LockRegistry();
    final ResettableLock[] locks;

    Fleet(int size) {
      locks = new ResettableLock[size];
      for (int i = 0; i < size; i++) {
        locks[i] = new ResettableLock();
        registry.register(locks[i]);
      }
    }

    void holdOneInAHundred() {
      for (int i = 0; i < locks.length; i += 100) {
        locks[i].lock();
      }
    }

    long resetAll() {
      holdOneInAHundred();
      long began = System.nanoTime();
      int released = registry.resetAll(Force.YES, lock -> true, "measured").released().size();
      long took = System.nanoTime() - began;
      if (released != locks.length / 100) {
        throw new IllegalStateException(released + " of " + locks.length);
      }
      return took;
    }

    long report() throws InterruptedException {
      holdOneInAHundred();
      Thread waiter = new Thread(locks[0]::lock);
      waiter.start();
      while (!locks[0].hasQueuedThread(waiter)) {
        Thread.sleep(1);
      }
      long began = System.nanoTime();
      int found = registry.report(Duration.ZERO).findings().size();
      long took = System.nanoTime() - began;
      if (found == 0) {
        throw new IllegalStateException("a waiter was not found");
      }
      registry.resetAll(Force.YES, lock -> true, "measured");
      waiter.join();
      registry.recoverAll();
      return took;
    }
  }

  static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 21);
    Fleet[] fleets = new Fleet[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      fleets[i] = new Fleet(SIZES[i]);
    }
    double[][] resets = new double[SIZES.length][rounds];
    double[][] reports = new double[SIZES.length][rounds];
    for (int round = -10; round < rounds; round++) {
      for (int i = 0; i < SIZES.length; i++) {
        long reset = fleets[i].resetAll();
        long report = fleets[i].report();
        if (round >= 0) {
          resets[i][round] = reset / 1e3;
          reports[i][round] = report / 1e3;
        }
      }
    }
    print("resetAll", resets, options);
    print("report", reports, options);
    pauses(fleets[2], options);
    bytes(options);
  }

  private static void print(String what, double[][] micros, Options options) {
    double before = Double.NaN;
    for (int i = 0; i < SIZES.length; i++) {
      double median = Rounds.median(micros[i]);
      System.out.printf(
          Locale.ROOT,
          "lock-scale/%s locks=%d keelson=%.0fus growth=%.2f %s%s%n",
          what,
          SIZES[i],
          median,
          median / before,
          i == 2 ? "bar=" + BAR + " " : "",
          options.settings());
      before = median;
    }
  }

  /** The longest time that a thread of the application needed for a lock, with and without. */
  private static void pauses(Fleet fleet, Options options) throws InterruptedException {
    double[] quiet = new double[9];
    double[] reported = new double[9];
    for (int i = 0; i < quiet.length; i++) {
      quiet[i] = longest(fleet, () -> Thread.sleep(100));
      reported[i] =
          longest(
              fleet,
              () -> {
                long end = System.nanoTime() + 100_000_000;
                while (System.nanoTime() < end) {
                  fleet.registry.report(Duration.ZERO);
                }
              });
    }
    System.out.printf(
        Locale.ROOT,
        "lock-scale/longest-lock locks=%d quiet=%.0fus reported=%.0fus %s%n",
        SIZES[2],
        Rounds.median(quiet),
        Rounds.median(reported),
        options.settings());
  }

  @SuppressWarnings("LockNotBeforeTry") // nothing can throw in between
  private static double longest(Fleet fleet, Side.Action meanwhile) throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    long[] longest = {0};
    Thread user =
        new Thread(
            () -> {
              begun.countDown();
              while (!done.get()) {
                for (ResettableLock lock : fleet.locks) {
                  long began = System.nanoTime();
                  lock.lock();
                  lock.unlock();
                  longest[0] = Math.max(longest[0], System.nanoTime() - began);
                }
              }
            });
    user.start();
    begun.await();
    try {
      meanwhile.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      done.set(true);
      user.join();
    }
    return longest[0] / 1e3;
  }

  private static void bytes(Options options) {
    int count = 10_000;
    Object[] locks = new Object[count];
    for (int i = 0; i < count; i++) {
      locks[i] = new ResettableLock();
    }
    long array = GraphLayout.parseInstance((Object) new Object[count]).totalSize();
    long unregistered = GraphLayout.parseInstance((Object) locks).totalSize() - array;
    LockRegistry registry = new LockRegistry();
    long empty = GraphLayout.parseInstance(registry).totalSize();
    for (Object lock : locks) {
      registry.register((ResettableLock) lock);
    }
    long registered;
    try {
      registered = GraphLayout.parseInstance(registry).totalSize() - empty;
    } finally {
      Reference.reachabilityFence(locks); // the registry does not keep them
    }
    System.out.printf(
        Locale.ROOT,
        "lock-scale/bytes unregistered=%.1f bar=64 registered=%.1f bar=112 %s%n",
        (double) unregistered / count,
        (double) registered / count,
        options.settings());
  }
}
