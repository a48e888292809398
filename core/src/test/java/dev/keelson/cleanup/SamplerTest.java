/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int MANY = 1_000_000;

  /** So far apart that the count begins again at the lowest number in the middle of it. */
  private static final int STRIDE = 4_000;

  private static int hits(LeakLevel level, int stride) {
    Sampler sampler = new Sampler(level.oneIn());
    int hits = 0;
    for (int i = 0, count = 0; i < MANY; i++, count += stride) {
      if (sampler.hits(count)) {
        hits++;
      }
    }
    return hits;
  }

  @Test
  void shouldFollowNobodyWhenOff() {
    assertEquals(0, hits(LeakLevel.OFF, STRIDE));
  }

  @Test
  void shouldFollowEverybodyWhenParanoid() {
    assertEquals(MANY, hits(LeakLevel.PARANOID, STRIDE));
  }

  /** Two threads may ask with counts that they read in the other order. */
  @Test
  void shouldFollowEverybodyWhenParanoidAndCountsGoBack() {
    Sampler sampler = new Sampler(LeakLevel.PARANOID.oneIn());
    assertTrue(sampler.hits(1_000));
    assertTrue(sampler.hits(999));
    assertTrue(sampler.hits(0));
    assertTrue(sampler.hits(1));
  }

  /** Only the time between two samples holds it back: far apart as they are, each is due. */
  @Test
  void shouldGoOnFollowingSomeWhenTheCountBeginsAgain() {
    int hits = hits(LeakLevel.SIMPLE, STRIDE);
    assertTrue(hits > 1, hits + " of " + MANY);
  }

  @Test
  void shouldFollowSomeWhenSimple() {
    int hits = hits(LeakLevel.SIMPLE, 1);
    assertTrue(hits > 0 && hits < MANY / 64, hits + " of " + MANY);
  }
}
