/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadCensusTest {

  /** A carrier ends after half a minute, and nobody saw any more what had parked before. */
  @Test
  void shouldLookForVirtualThreadsAlsoWhenTheirCarriersMayHaveEnded() {
    assertTrue(ThreadCensus.mayHideVirtual(true, 0));
    assertFalse(ThreadCensus.mayHideVirtual(false, TimeUnit.SECONDS.toNanos(1)));
    assertTrue(ThreadCensus.mayHideVirtual(false, TimeUnit.SECONDS.toNanos(25)));
  }
}
