/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.Await;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TimeFactorTest {

  @Test
  void shouldTakeTheLongestThereIsWhenNanosecondsCannotTell() throws Exception {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    assertEquals(Duration.ofNanos(Long.MAX_VALUE), TimeFactor.scale(forever));
    Await.within(forever).until("it is so", () -> true);
  }
}
