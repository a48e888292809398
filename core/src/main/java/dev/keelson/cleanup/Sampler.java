/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Decides which registrations are followed: counts down to the next one, from a number that is
 * drawn each time. Used by several threads without any order between them: a lost update moves the
 * next one, which does not matter.
 */
class Sampler {

  /** One sample in so long, at most. */
  private static final long INTERVAL = TimeUnit.MICROSECONDS.toNanos(500);

  private final int oneIn;
  private int random = ThreadLocalRandom.current().nextInt() | 1; // never zero
  private int left;
  private long next = System.nanoTime();

  /** With {@link LeakLevel#oneIn} of the level. */
  Sampler(int oneIn) {
    this.oneIn = oneIn;
    left = draw();
  }

  /** Whether this registration is followed. */
  final boolean hits() {
    return --left <= 0 && isDue();
  }

  private boolean isDue() {
    left = draw();
    if (oneIn <= LeakLevel.ALL) {
      return oneIn == LeakLevel.ALL;
    }
    long now = System.nanoTime();
    if (now - next < 0) {
      return false;
    }
    next = now + INTERVAL;
    return true;
  }

  /** How many registrations it is to the next one: on average, what was asked for. */
  private int draw() {
    if (oneIn <= LeakLevel.ALL) {
      return oneIn == LeakLevel.ALL ? 1 : Integer.MAX_VALUE;
    }
    int x = random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    random = x;
    return 1 + (x >>> 1) % (2 * oneIn - 1);
  }
}
