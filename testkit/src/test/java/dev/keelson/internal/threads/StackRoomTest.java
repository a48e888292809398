/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.testkit.stress.JvmUnderTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether there is room once it was asked for, whichever compiler has made code of the question.
 */
@Tag("process")
@Timeout(120)
class StackRoomTest {

  private static final String MAIN = StackRoomMain.class.getName();

  @ParameterizedTest
  @ValueSource(
      strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=4 -Xbatch", "probe"})
  void shouldLeaveRoomWhenItReturns(String how) throws Exception {
    List<String> options = new ArrayList<>();
    if (how.equals("probe")) {
      options.add("-Dos.arch=another");
    } else {
      options.addAll(List.of(how.split(" ")));
    }
    options.add("-XX:CompileCommand=quiet");
    for (String method : List.of("down", "attempt")) {
      options.add("-XX:CompileCommand=exclude," + MAIN + "::" + method);
    }
    try (JvmUnderTest jvm =
        JvmUnderTest.start(StackRoomMain.class, options.toArray(String[]::new))) {
      assertEquals("bare: done, cut off", jvm.answer());
      assertEquals("asked, refused: done, never cut off", jvm.answer());
    }
  }
}
