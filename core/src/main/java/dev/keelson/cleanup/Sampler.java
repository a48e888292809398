/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Decides which registrations are followed: draws how many it is to the next one, and waits until
 * the count of registrations is there. May be used by several threads without any order between
 * them: a lost update moves the next one, which does not matter.
 */
class Sampler {

  /** One sample in so long, at most: to note a stack takes a hundredth of that. */
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(2);

  /** How many registrations pass by, beyond those drawn, where one came too early. */
  private static final int BUSY = 1_024;

  /** So far back that no thread's count is behind it, however late that thread comes to ask. */
  private static final int LONG_AGO = Integer.MIN_VALUE / 2;

  private final int oneIn;
  private int random = ThreadLocalRandom.current().nextInt() | 1; // never zero
  private int next;
  private long notBefore = System.nanoTime();

  /** With {@link LeakLevel#oneIn} of the level. */
  Sampler(int oneIn) {
    this.oneIn = oneIn;
    next = draw();
  }

  /**
   * Whether the next registration is followed.
   *
   * @param count how many there have been; it may begin again at the lowest number
   */
  final boolean hits(int count) {
    return count - next >= 0 && isDue(count);
  }

  private boolean isDue(int count) {
    next = count + draw();
    if (oneIn <= LeakLevel.ALL) {
      return oneIn == LeakLevel.ALL;
    }
    long now = System.nanoTime();
    if (now - notBefore < 0) {
      next += BUSY; // so many come that to look at the clock each time would cost
      return false;
    }
    notBefore = now + INTERVAL;
    return true;
  }

  /** How many registrations it is to the next one: on average, what was asked for. */
  private int draw() {
    if (oneIn <= LeakLevel.ALL) {
      return oneIn == LeakLevel.ALL ? LONG_AGO : Integer.MAX_VALUE;
    }
    int x = random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    random = x;
    return 1 + (x >>> 1) % (2 * oneIn - 1);
  }
}
