/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.stress.JvmUnderTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that starts a process first and then chooses its log manager gets the one it chose. */
@Tag("process")
@Timeout(120)
class LogManagerTest {

  @Test
  void shouldLeaveTheChoiceOfTheLogManagerToTheProgram() throws Exception {
    assertEquals(LogManagerMain.Own.class.getName(), manager(false));
  }

  @Test
  void shouldSeeWhenSomebodyElseChooses() throws Exception {
    assertEquals("java.util.logging.LogManager", manager(true));
  }

  private static String manager(boolean early) throws Exception {
    try (JvmUnderTest jvm =
        JvmUnderTest.start(LogManagerMain.class, "-Dkeelson.test.early=" + early)) {
      return jvm.answer();
    }
  }
}
