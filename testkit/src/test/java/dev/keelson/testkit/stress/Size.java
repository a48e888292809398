/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import java.util.Random;

/** How large a campaign is: a slice of it in every build, the whole when asked for. */
public final class Size {

  private static final boolean FULL = "full".equals(System.getProperty("keelson.stress"));

  private Size() {}

  /** The number for the slice, or for the whole. */
  public static int of(int slice, int full) {
    return FULL ? full : slice;
  }

  /** Randomness that can be had again: the failure tells the seed. */
  public static long seed() {
    return Long.getLong("keelson.seed", System.nanoTime());
  }

  /** A generator for one of several threads. */
  public static Random random(long seed, int thread) {
    return new Random(seed * 31 + thread);
  }
}
