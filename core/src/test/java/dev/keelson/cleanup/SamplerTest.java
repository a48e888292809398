/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int MANY = 1_000_000;

  /** The count begins again at the lowest number in the middle of it. */
  private static int hits(LeakLevel level) {
    Sampler sampler = new Sampler(level.oneIn());
    int hits = 0;
    for (int i = 0, count = Integer.MAX_VALUE - MANY / 2; i < MANY; i++, count++) {
      if (sampler.hits(count)) {
        hits++;
      }
    }
    return hits;
  }

  @Test
  void shouldFollowNobodyWhenOff() {
    assertEquals(0, hits(LeakLevel.OFF));
  }

  @Test
  void shouldFollowEverybodyWhenParanoid() {
    assertEquals(MANY, hits(LeakLevel.PARANOID));
  }

  @Test
  void shouldFollowSomeWhenSimple() {
    int hits = hits(LeakLevel.SIMPLE);
    assertTrue(hits > 0 && hits < MANY / 64, hits + " of " + MANY);
  }
}
