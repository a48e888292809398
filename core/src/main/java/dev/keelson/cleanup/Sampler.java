/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Decides which registrations are followed. Used by several threads without any order between them:
 * a lost update makes one random number follow another one twice, which does not matter.
 */
class Sampler {

  /** One sample in so long, at most. */
  private static final long INTERVAL = TimeUnit.MICROSECONDS.toNanos(500);

  private int random = ThreadLocalRandom.current().nextInt() | 1; // never zero
  private long next = System.nanoTime();

  /** Whether this registration is followed, by the mask of the {@link LeakLevel}. */
  final boolean hits(int mask) {
    int x = random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    random = x;
    return (x & mask) == 0 && (mask == 0 || isDue());
  }

  private boolean isDue() {
    long now = System.nanoTime();
    if (now - next < 0) {
      return false;
    }
    next = now + INTERVAL;
    return true;
  }
}
