/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Measures for how long this JVM did not get the processor: a thread that sleeps a millisecond at a
 * time and notes by how much it overslept. A bound in time is a promise about our code; what the
 * machine adds is told apart by this.
 */
final class StallProbe implements AutoCloseable {

  private static final Path PRESSURE = Path.of("/proc/pressure/cpu");

  private final AtomicLong longest = new AtomicLong();
  private final Thread thread = new Thread(this::run, "stall-probe");
  private volatile boolean stopped;
  private volatile long began = System.nanoTime();
  private volatile long pressureBefore;

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
    pressureBefore = pressure();
  }

  /**
   * For how long since then anybody on this machine wanted a processor and had none, one wait after
   * the other: what the longest stall does not show, where many short ones add up. 0 where the
   * kernel does not count that.
   */
  long shortageNanos() {
    return pressure() - pressureBefore;
  }

  /** The line "some avg10=0.00 avg60=0.00 avg300=0.00 total=MICROSECONDS". */
  private static long pressure() {
    try (Stream<String> lines = Files.lines(PRESSURE)) {
      String some = lines.findFirst().orElse("total=0");
      long micros = Long.parseLong(some.substring(some.indexOf("total=") + "total=".length()));
      return TimeUnit.MICROSECONDS.toNanos(micros);
    } catch (IOException e) {
      return 0; // not built in, or not shown here
    }
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
