/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.stress.JvmUnderTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wakes, closes and waits where the stack ends: what was begun is done, undone or told. */
@Tag("process")
@Timeout(120)
class StackEdgeTest {

  /** Interpreted: a compiled method may need more stack for its failure than for its beginning. */
  @Test
  void shouldLeaveNothingHalfDoneWhereTheStackEnds() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(StackEdgeMain.class, "-Xint")) {
      assertEquals("0 waits, 0 wakes, 0 closes", jvm.answer());
    }
  }
}
