/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.stress.JvmUnderTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A crossing in a JVM whose timer takes nothing any more. */
@Tag("process")
@Timeout(120)
class UnwatchedTest {

  /** A hook counted as called before it was, and no hook was called afterwards. */
  @Test
  void shouldCallEveryHookBeforeAndAfterThoughNoneCanBeWatched() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(UnwatchedMain.class)) {
      assertEquals("before b, before a, action, after a CROSSED, after b CROSSED", jvm.answer());
    }
  }
}
