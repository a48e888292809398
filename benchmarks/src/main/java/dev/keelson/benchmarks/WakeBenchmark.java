/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.wake.Waker;
import java.nio.channels.Selector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The price of a wake-up that meets an owner who is awake, or who was woken before. The sides are
 * written out, so that no call site sees both.
 */
final class WakeBenchmark {

  private static final String PEER = "Selector";
  private static final int BATCH = 10_000;

  private WakeBenchmark() {}

  /** A thread wakes itself, and waits. */
  static void sameThread(Options options) throws Exception {
    try (Waker waker = Waker.create();
        Selector selector = Selector.open()) {
      Rounds rounds =
          new Rounds(options)
              .side(Side.KEELSON, () -> wakeAndWait(waker))
              .side(PEER, () -> wakeAndSelect(selector));
      lines("wake-same-thread", options, 1 / 80.0, perWake(rounds, options, 25, 20));
    }
  }

  private static void wakeAndWait(Waker waker) throws InterruptedException {
    for (int i = 0; i < BATCH; i++) {
      waker.wake();
      waker.await();
    }
  }

  private static void wakeAndSelect(Selector selector) throws Exception {
    for (int i = 0; i < BATCH; i++) {
      selector.wakeup();
      selector.select();
    }
  }

  /** A wake-up is pending, and nobody takes it. */
  static void pending(Options options) throws Exception {
    try (Waker waker = Waker.create();
        Selector selector = Selector.open()) {
      Rounds rounds =
          new Rounds(options)
              .side(Side.KEELSON, () -> wake(waker, BATCH))
              .side(PEER, () -> wake(selector, BATCH));
      lines("wake-pending", options, 1 / 1.8, perWake(rounds, options, 25, 200));
    }
  }

  private static void wake(Waker waker, int times) {
    for (int i = 0; i < times; i++) {
      waker.wake();
    }
  }

  private static void wake(Selector selector, int times) {
    for (int i = 0; i < times; i++) {
      selector.wakeup();
    }
  }

  private static Map<String, Double> perWake(Rounds rounds, Options options, int most, int batches)
      throws Exception {
    Map<String, Double> micros =
        rounds.medians(
            "wakes", options.number("rounds", most), options.number("batches", batches), 5);
    Map<String, Double> nanos = new LinkedHashMap<>();
    micros.forEach((side, each) -> nanos.put(side, each * 1_000 / BATCH));
    return nanos;
  }

  private static void lines(String name, Options options, double bar, Map<String, Double> nanos) {
    new WakeLines(name, options).bar(Side.KEELSON, PEER, bar).print(nanos);
  }

  /** Some threads wake one owner as fast as they can; with one that takes, and with nobody. */
  static void hammer(Options options) throws Exception {
    int wakes = options.number("wakes", 8_000_000);
    for (int threads : new int[] {1, 2, 4}) {
      for (boolean owned : new boolean[] {false, true}) {
        Rounds rounds =
            new Rounds(options)
                .side(Side.KEELSON, () -> hammerWaker(threads, wakes / threads, owned))
                .side(PEER, () -> hammerSelector(threads, wakes / threads, owned));
        Map<String, Double> nanos = new LinkedHashMap<>();
        rounds
            .medians("hammer", options.number("rounds", 7), 1, 2)
            .forEach((side, each) -> nanos.put(side, each * 1_000 / wakes));
        lines(
            "wake-hammer-" + threads + (owned ? "-owned" : ""),
            options,
            threads == 1 ? 1 : 1 / 2.5,
            nanos);
      }
    }
  }

  private static void hammerWaker(int threads, int each, boolean owned) throws Exception {
    try (Waker waker = Waker.create()) {
      Thread owner =
          new Thread(
              () -> {
                while (!waker.awaitUninterruptibly().isClosed()) {
                  Thread.onSpinWait();
                }
              });
      if (owned) {
        owner.start();
      }
      hammer(threads, () -> wake(waker, each));
      waker.close();
      owner.join();
    }
  }

  private static void hammerSelector(int threads, int each, boolean owned) throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    try (Selector selector = Selector.open()) {
      Thread owner =
          new Thread(
              () -> {
                try {
                  do {
                    selector.select();
                  } while (!end.get());
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      if (owned) {
        owner.start();
      }
      hammer(threads, () -> wake(selector, each));
      end.set(true);
      selector.wakeup();
      owner.join();
    }
  }

  private static void hammer(int threads, Runnable task) throws InterruptedException {
    CountDownLatch begin = new CountDownLatch(1);
    Thread[] all = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      all[i] =
          new Thread(
              () -> {
                try {
                  begin.await();
                } catch (InterruptedException e) {
                  return;
                }
                task.run();
              });
      all[i].start();
    }
    begin.countDown();
    for (Thread thread : all) {
      thread.join();
    }
  }
}
