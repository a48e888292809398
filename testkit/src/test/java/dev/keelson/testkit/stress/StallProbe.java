/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures for how long this JVM did not get the processor: a thread that sleeps a millisecond at a
 * time and notes by how much it overslept. A bound in time is a promise about our code; what the
 * machine adds is told apart by this.
 */
final class StallProbe implements AutoCloseable {

  private final AtomicLong longest = new AtomicLong();
  private final Thread thread = new Thread(this::run, "stall-probe");
  private volatile boolean stopped;
  private volatile long began = System.nanoTime();

  StallProbe() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!stopped) {
      began = System.nanoTime();
      try {
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
      long late = System.nanoTime() - began - TimeUnit.MILLISECONDS.toNanos(1);
      longest.accumulateAndGet(late, Math::max);
    }
  }

  /** Begins to measure. */
  void reset() {
    longest.set(0);
  }

  /** The longest stall since then, one that still goes on included. */
  long nanos() {
    long now = System.nanoTime() - began - TimeUnit.MILLISECONDS.toNanos(1);
    return Math.max(longest.get(), now);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    thread.join();
  }
}
