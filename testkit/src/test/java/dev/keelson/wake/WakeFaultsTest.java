/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.testkit.stress.JvmUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Waits of a JVM that others stop, shower with signals, or leave without descriptors. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class WakeFaultsTest {

  /** Far more than any machine needs to go on, and far less than what a restarted wait takes. */
  private static final long SLACK = TimeUnit.SECONDS.toMicros(20);

  private static long micros(String answer) {
    String[] words = answer.split(" ");
    assertEquals("TIMEOUT", words[0], answer);
    return Long.parseLong(words[1]);
  }

  private static long signals(JvmUnderTest jvm) throws Exception {
    return Long.parseLong(jvm.tell("signals"));
  }

  @Test
  void shouldEndNeitherTooSoonNorTooLateUnderAStormOfSignals() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(WakeMain.class)) {
      int wakers = Integer.parseInt(jvm.tell("wakers"));
      String shower = "while kill -s WINCH " + jvm.pid() + "; do sleep 0.001; done 2>/dev/null";
      try (Child storm = Command.shell(shower).anyExit().grace(Duration.ZERO).start()) {
        // On a busy machine it may rain slowly.
        for (int round = 0; round == 0 || (signals(jvm) <= 20 && round < 40); round++) {
          for (int i = 0; i < wakers; i++) {
            assertEquals("awaits", jvm.tell("await " + i + " 300"));
            long micros = micros(jvm.answer());
            assertTrue(micros >= 300_000 && micros < SLACK, i + ": " + micros + " us");
            assertEquals("SIGNALLED 0x4", jvm.tell("wake " + i));
          }
        }
        assertTrue(storm.isAlive(), "it rained all the time");
      }
      assertTrue(signals(jvm) > 20);
    }
  }

  @Test
  void shouldTimeOutWhenItWasStoppedAcrossItsDeadline() throws Exception {
    try (JvmUnderTest jvm = JvmUnderTest.start(WakeMain.class)) {
      int wakers = Integer.parseInt(jvm.tell("wakers"));
      for (int i = 0; i < wakers; i++) {
        assertEquals("awaits", jvm.tell("await " + i + " 200"));
        jvm.child().signal("STOP");
        TimeUnit.MILLISECONDS.sleep(400);
        jvm.child().signal("CONT");
        long micros = micros(jvm.answer());
        assertTrue(micros >= 200_000 && micros < SLACK, i + ": " + micros + " us");
        assertEquals("SIGNALLED 0x4", jvm.tell("wake " + i));
      }
    }
  }

  @Test
  void shouldSayThatNoDescriptorsAreLeftAndKeepNone() throws Exception {
    List<String> few = List.of("/bin/sh", "-c", "ulimit -n 100; exec \"$@\"", "sh");
    try (JvmUnderTest jvm =
        JvmUnderTest.start(few, System.getProperty("java.class.path"), WakeMain.class)) {
      boolean polls = jvm.tell("wakers").equals("3");
      assertEquals(
          "ELIDED, no key, " + (polls ? "no descriptor, " : "") + "no key, a key, SIGNALLED 0x1",
          jvm.tell("exhaust"));
    }
  }
}
