/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import com.google.common.util.concurrent.CycleDetectingLockFactory;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.OrderChecking;
import dev.keelson.lock.ResettableLock;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What checking the order costs: so many locks taken one inside the other and given back, with the
 * check and without. Guava's factory, which checks too, beside the JDK's lock that it checks. Locks
 * of one class share a loop, as they do in a program.
 */
final class LockOrderBenchmark {

  private static final int PAIRS = 400_000;
  private static final double BAR_AT_5 = 1.6;

  static long counter;

  private LockOrderBenchmark() {}

  static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 21);
    for (int depth : new int[] {1, 5, 10}) {
      ResettableLock[] checked = new ResettableLock[depth];
      ResettableLock[] plain = new ResettableLock[depth];
      ReentrantLock[] guava = new ReentrantLock[depth];
      ReentrantLock[] jdk = new ReentrantLock[depth];
      LockRegistry checking = LockRegistry.builder().order(OrderChecking.THROW).build();
      LockRegistry trusting = LockRegistry.builder().build();
      CycleDetectingLockFactory factory =
          CycleDetectingLockFactory.newInstance(CycleDetectingLockFactory.Policies.THROW);
      for (int i = 0; i < depth; i++) {
        checked[i] = checking.lock("lock " + i);
        plain[i] = trusting.lock("lock " + i);
        guava[i] = factory.newReentrantLock("lock " + i);
        jdk[i] = new ReentrantLock();
      }
      int batch = PAIRS / depth;
      Map<String, Double> medians =
          new Rounds(options)
              .side(Side.KEELSON, () -> nest(checked, batch))
              .side("unchecked", () -> nest(plain, batch))
              .side("guava", () -> nest(guava, batch))
              .side("ReentrantLock", () -> nest(jdk, batch))
              .medians("lock-order", rounds, 1, 5);
      print(depth, Side.KEELSON, "unchecked", batch, medians, options);
      print(depth, "guava", "ReentrantLock", batch, medians, options);
      print(depth, Side.KEELSON, "guava", batch, medians, options);
    }
  }

  private static void nest(ResettableLock[] locks, int batch) {
    for (int i = 0; i < batch; i++) {
      for (ResettableLock lock : locks) {
        lock.lock();
      }
      counter++;
      for (int k = locks.length - 1; k >= 0; k--) {
        locks[k].unlock();
      }
    }
  }

  private static void nest(ReentrantLock[] locks, int batch) {
    for (int i = 0; i < batch; i++) {
      for (ReentrantLock lock : locks) {
        lock.lock();
      }
      counter++;
      for (int k = locks.length - 1; k >= 0; k--) {
        locks[k].unlock();
      }
    }
  }

  private static void print(
      int depth,
      String side,
      String peer,
      int batch,
      Map<String, Double> medians,
      Options options) {
    if (!medians.containsKey(side) || !medians.containsKey(peer)) {
      return;
    }
    double ours = medians.get(side) * 1e3 / batch;
    double theirs = medians.get(peer) * 1e3 / batch;
    boolean hasBar = depth == 5 && side.equals(Side.KEELSON) && peer.equals("unchecked");
    System.out.printf(
        Locale.ROOT,
        "lock-order-%d/%s %s=%.1fns peer=%.1fns ratio=%.3f %s%s%n",
        depth,
        peer,
        side,
        ours,
        theirs,
        ours / theirs,
        hasBar ? String.format(Locale.ROOT, "bar=%.3f ", BAR_AT_5) : "",
        options.settings());
  }
}
