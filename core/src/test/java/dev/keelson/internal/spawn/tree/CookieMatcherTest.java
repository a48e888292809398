/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookieMatcherTest {

  private static final String COOKIE = "ID=abab-1";

  @ParameterizedTest
  @CsvSource({
    "true, ID=abab-1/",
    "true, A=b/ID=abab-1/C=d/",
    "true, A=b/ID=abab-1",
    "true, //ID=abab-1/",
    "false, ''",
    "false, /",
    "false, ID=abab-12/",
    "false, XID=abab-1/",
    "false, A=ID=abab-1/",
    "false, ID=abab-/1/",
    "false, ID=ab/ID=abab/",
    "false, ID=abab-2/"
  })
  void shouldFindWholeEntriesOnlyHoweverTheyAreCut(boolean expected, String entries) {
    byte[] environment = entries.replace('/', '\0').getBytes(ISO_8859_1);
    CookieMatcher matcher = new CookieMatcher(COOKIE);
    for (int piece = 1; piece <= environment.length + 1; piece++) {
      assertEquals(expected, find(matcher, environment, piece), "in pieces of " + piece);
    }
  }

  private static boolean find(CookieMatcher matcher, byte[] environment, int piece) {
    matcher.reset();
    for (int at = 0; at < environment.length; at += piece) {
      byte[] part = Arrays.copyOfRange(environment, at, Math.min(environment.length, at + piece));
      if (matcher.feed(part, part.length)) {
        return true;
      }
    }
    return matcher.atEnd();
  }

  @Test
  void shouldForgetTheLastEnvironment() {
    CookieMatcher matcher = new CookieMatcher(COOKIE);
    byte[] half = "ID=ab".getBytes(ISO_8859_1);
    matcher.reset();
    matcher.feed(half, half.length);

    byte[] rest = "ab-1\0".getBytes(ISO_8859_1);
    matcher.reset();
    assertFalse(matcher.feed(rest, rest.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "ID", "ID=", "=1"})
  void shouldRefuseWhatCouldMatchStrangers(String cookie) {
    assertThrows(IllegalArgumentException.class, () -> new CookieMatcher(cookie));
  }
}
