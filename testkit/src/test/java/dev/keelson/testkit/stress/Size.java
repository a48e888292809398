/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import java.util.Random;

/** How large a campaign is: a slice of it in every build, the whole when asked for. */
public final class Size {

  private static final boolean FULL = "full".equals(System.getProperty("keelson.stress"));

  /** Percent of the whole, for a machine that is not ours for hours. */
  private static final int SHARE = Integer.getInteger("keelson.stress.share", 100);

  private Size() {}

  /** The number for the slice, or for the whole. */
  public static int of(int slice, int full) {
    return FULL ? Math.max(1, (int) (full * (long) SHARE / 100)) : slice;
  }

  /**
   * Whether this is more than the slice of every build: then the bars count, and not the bounds.
   */
  public static boolean isFull() {
    return FULL;
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
