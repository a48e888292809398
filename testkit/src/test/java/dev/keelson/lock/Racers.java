/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that begin at the same moment, again and again. A round that hangs is a failure. */
final class Racers implements AutoCloseable {

  interface Body {
    void run() throws Exception;
  }

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final Thread[] threads;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicReference<Throwable> thrown = new AtomicReference<>();
  private volatile Body[] bodies = {};
  private volatile int round;
  private volatile boolean closed;

  Racers(int count) {
    threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      int lane = i;
      threads[i] = new Thread(() -> play(lane), "racer-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  Thread thread(int lane) {
    return threads[lane];
  }

  /** One for each thread; returns when all are done, and throws what one of them threw. */
  void race(Body... all) {
    bodies = all;
    running.set(all.length);
    round++;
    long deadline = System.nanoTime() + PATIENCE;
    while (running.get() > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("a round hangs:\n" + stacks());
      }
      Thread.yield();
    }
    Throwable first = thrown.getAndSet(null);
    if (first != null) {
      throw new AssertionError("in a round", first);
    }
  }

  private void play(int lane) {
    int done = 0;
    while (!closed) {
      int now = round;
      if (now == done || lane >= bodies.length) {
        done = now;
        Thread.yield();
        continue;
      }
      done = now;
      linger();
      try {
        bodies[lane].run();
      } catch (Throwable e) {
        thrown.compareAndSet(null, e);
      }
      Thread.interrupted(); // what came late is not for the next round
      running.decrementAndGet();
    }
  }

  /** A moment, so that each round meets the others elsewhere. */
  static void linger() {
    for (int i = ThreadLocalRandom.current().nextInt(400); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  private String stacks() {
    StringBuilder text = new StringBuilder();
    for (Thread thread : threads) {
      text.append(thread).append('\n');
      for (StackTraceElement frame : thread.getStackTrace()) {
        text.append("    at ").append(frame).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    closed = true;
  }
}
