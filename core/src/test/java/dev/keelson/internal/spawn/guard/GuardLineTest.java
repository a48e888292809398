/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardLineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "KEELSON_ID=",
        "KEELSON_ID=short",
        "=12345678",
        "12345678",
        "KEELSON_ID=1234567\n",
        "KEELSON_ID=12345678\nPATH=/bin",
        "KEELSON_ID=1234 5678",
        "KEELSON_ID=1234567\u00e9",
        " KEELSON_ID=12345678"
      })
  void shouldRefuseWhatCouldMatchAStranger(String cookie) {
    assertThrows(IllegalArgumentException.class, () -> GuardLine.afterMark(cookie));
  }

  @Test
  void shouldRefuseWhatDoesNotFit() {
    String longest = "KEELSON_ID=" + "x".repeat(GuardLine.WIDTH - 2 - 11);

    assertEquals(GuardLine.WIDTH - 1, GuardLine.afterMark(longest).length);
    assertThrows(IllegalArgumentException.class, () -> GuardLine.afterMark(longest + "x"));
  }

  @Test
  void shouldFillTheLine() {
    String text = text(GuardLine.afterMark("KEELSON_ID=12345678"));

    assertEquals("KEELSON_ID=12345678", text.strip());
    assertTrue(text.endsWith(" \n"));
    assertEquals(GuardLine.WIDTH - 1, text.length());
  }

  @Test
  void shouldMakeBlankLinesThatDoNotCount() {
    assertEquals((" ".repeat(GuardLine.WIDTH - 1) + "\n").repeat(3), text(GuardLine.blankLines(3)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
