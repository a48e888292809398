/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.lock.ResettableLock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock beside {@link ReentrantLock}. The two sides of what takes nanoseconds are written out, so
 * that no call site sees both.
 */
final class LockBenchmark {

  private static final String PEER = "ReentrantLock";
  private static final int BATCH = 1_000_000;

  static long counter; // not private, so that nothing may leave it out

  private LockBenchmark() {}

  /** An action that does it so many times each time it is run. */
  private static Side batches(String name, int batch, Side.Action action) {
    Side.Measure measure = Side.of(name, action).measure();
    return new Side(name, times -> measure.micros(times) / batch);
  }

  static void flat(Options options) throws Exception {
    ResettableLock ours = new ResettableLock();
    ReentrantLock theirs = new ReentrantLock();
    new Rounds(options)
        .side(batches(Side.KEELSON, BATCH, () -> flat(ours)))
        .side(batches(PEER, BATCH, () -> flat(theirs)))
        .bar(PEER, 1.20)
        .run("lock-flat", options.number("rounds", 41), options.number("batches", 10), 5);
  }

  private static void flat(ResettableLock lock) {
    for (int i = 0; i < BATCH; i++) {
      lock.lock();
      try {
        counter++;
      } finally {
        lock.unlock();
      }
    }
  }

  private static void flat(ReentrantLock lock) {
    for (int i = 0; i < BATCH; i++) {
      lock.lock();
      try {
        counter++;
      } finally {
        lock.unlock();
      }
    }
  }

  static void nested(Options options) throws Exception {
    ResettableLock ours = new ResettableLock();
    ReentrantLock theirs = new ReentrantLock();
    new Rounds(options)
        .side(batches(Side.KEELSON, BATCH, () -> nested(ours)))
        .side(batches(PEER, BATCH, () -> nested(theirs)))
        .bar(PEER, 1.05)
        .run("lock-nested", options.number("rounds", 41), options.number("batches", 5), 5);
  }

  private static void nested(ResettableLock lock) {
    for (int i = 0; i < BATCH; i++) {
      lock.lock();
      try {
        lock.lock();
        try {
          counter++;
        } finally {
          lock.unlock();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static void nested(ReentrantLock lock) {
    for (int i = 0; i < BATCH; i++) {
      lock.lock();
      try {
        lock.lock();
        try {
          counter++;
        } finally {
          lock.unlock();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  static void contended(Options options) throws Exception {
    int sections = options.number("sections", 1_000_000);
    int rounds = options.number("rounds", 61);
    for (int threads : new int[] {2, 4, 8}) {
      int each = sections / threads;
      new Rounds(options)
          .side(batches(Side.KEELSON, sections, () -> contend(new ResettableLock(), threads, each)))
          .side(batches(PEER, sections, () -> contend(new ReentrantLock(), threads, each)))
          .bar(PEER, 1 / 0.90)
          .run("lock-contended-" + threads, rounds, 1, 5);
    }
  }

  private static void contend(Lock lock, int threads, int each) throws InterruptedException {
    CountDownLatch begin = new CountDownLatch(1);
    Thread[] all = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      all[t] =
          new Thread(
              () -> {
                try {
                  begin.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int i = 0; i < each; i++) {
                  lock.lock();
                  try {
                    counter++;
                  } finally {
                    lock.unlock();
                  }
                }
              });
      all[t].start();
    }
    begin.countDown();
    for (Thread thread : all) {
      thread.join();
    }
  }

  /** Pinned to one core, and then free, where it is bimodal: by whether the two share a core. */
  static void condition(Options options) throws Exception {
    int turns = options.number("turns", 10_000);
    for (boolean pinned : new boolean[] {true, false}) {
      Rounds rounds =
          new Rounds(options)
              .side(batches(Side.KEELSON, turns, () -> pingPong(new ResettableLock(), turns)))
              .side(batches(PEER, turns, () -> pingPong(new ReentrantLock(), turns)))
              .bar(PEER, 1.10);
      if (pinned) {
        Pinned.toOneCore();
      }
      try {
        String name = "lock-condition" + (pinned ? "-pinned" : "");
        rounds.run(name, options.number("rounds", 31), 1, 5);
      } finally {
        Pinned.toAllCores();
      }
    }
  }

  private static void pingPong(Lock lock, int turns) throws InterruptedException {
    Condition changed = lock.newCondition();
    int[] turn = {0};
    Thread other = new Thread(() -> play(lock, changed, turn, 1, turns));
    other.start();
    play(lock, changed, turn, 0, turns);
    other.join();
  }

  private static void play(Lock lock, Condition changed, int[] turn, int me, int turns) {
    lock.lock();
    try {
      while (turn[0] < turns) {
        if (turn[0] % 2 == me) {
          turn[0]++;
          changed.signal();
        } else {
          changed.awaitUninterruptibly();
        }
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
