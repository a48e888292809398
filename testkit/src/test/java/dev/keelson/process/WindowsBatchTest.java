/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hazard 39: cmd.exe takes the arguments of a batch file for code. */
class WindowsBatchTest {

  @ParameterizedTest
  @ValueSource(strings = {"a.bat", "A.BAT", "x.Cmd", "dir\\a.bat"})
  void h39ShouldKnowBatchFilesInAnyCase(String program) {
    assertTrue(WindowsBatch.isBatch(program));
    assertFalse(WindowsBatch.isBatch(program + ".exe"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"&calc.exe", "%PATH%", "!x!", "^", "a|b", "<in", ">out", "a\nb"})
  void h39ShouldRefuseWhatIsCodeThere(String argument) {
    assertEquals(2, WindowsBatch.firstUnsafe(List.of("a.bat", "plain", argument)));
  }

  @Test
  void h39ShouldLetPlainArgumentsPass() {
    assertTrue(WindowsBatch.firstUnsafe(List.of("a.bat", "plain", "a b", "-x=y", "")) <= 0);
  }
}
