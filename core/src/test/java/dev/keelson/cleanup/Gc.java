/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Collects garbage until something has happened. */
final class Gc {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Gc() {}

  static void until(BooleanSupplier happened) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (int pause = 1; !happened.getAsBoolean(); pause = Math.min(50, pause * 2)) {
      if (System.nanoTime() - end > 0) {
        fail("it has not happened within " + LIMIT + " of collections");
      }
      System.gc();
      Thread.sleep(pause);
    }
  }

  /** Waits without collecting. */
  static void await(BooleanSupplier happened) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!happened.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        fail("it has not happened within " + LIMIT);
      }
      Thread.sleep(2);
    }
  }
}
