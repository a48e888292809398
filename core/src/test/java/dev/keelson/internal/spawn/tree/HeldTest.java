/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldTest {

  @ParameterizedTest
  @CsvSource({
    "D (disk sleep), 0, true",
    "t (tracing stop), 7, true",
    "Z (zombie), 7, true",
    "X (dead), 7, true",
    "Z (zombie), 0, false",
    "R (running), 7, false",
    "S (sleeping), 0, false",
    "T (stopped), 0, false"
  })
  void shouldTellWhatIsHeldFromWhatTakesItsTime(String state, int tracer, boolean held) {
    String status =
        "Name:\tD\\nState:\tD\nUmask:\t0022\nState:\t"
            + state
            + "\nTgid:\t42\nTracerPid:\t"
            + tracer
            + "\nUid:\t0\n";
    assertEquals(held, Held.isHeld(status));
  }

  @Test
  void shouldTakeWhatIsNotThereForNotHeld() {
    assertFalse(Held.isHeld(""));
    assertFalse(Held.isHeld("\nState:"));
    assertFalse(Held.isHeld(Integer.MAX_VALUE));
  }
}
