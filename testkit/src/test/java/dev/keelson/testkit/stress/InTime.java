/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Holds other processes to what they promise to do in time. In a build, where others work beside
 * this, the time in which processors were short is not theirs.
 */
public final class InTime {

  /** Who is there so long after what was promised will not go any more. */
  private static final Duration LOST = Duration.ofSeconds(30);

  private InTime() {}

  /** Waits until nobody is left; returns after how many nanoseconds that was. */
  public static <T> long gone(String what, Duration promise, Await.Source<List<T>> left)
      throws InterruptedException {
    try (StallProbe probe = new StallProbe()) {
      probe.reset();
      long start = System.nanoTime();
      Await.within(LOST).value(what, left, List::isEmpty);
      long took = System.nanoTime() - start;
      check(what, promise, took, probe);
      return took;
    }
  }

  /** Something took so long, which the probe has measured. */
  static void check(String what, Duration promise, long took, StallProbe probe) {
    long stall = Size.isFull() ? 0 : Math.max(probe.nanos(), probe.shortageNanos());
    assertTrue(
        took - stall <= promise.toNanos(),
        () ->
            what
                + ": took "
                + TimeUnit.NANOSECONDS.toMillis(took)
                + " ms, stalls "
                + TimeUnit.NANOSECONDS.toMillis(stall)
                + " ms");
  }
}
