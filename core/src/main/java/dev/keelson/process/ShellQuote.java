/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.Locale;
import java.util.regex.Pattern;

/** Writes a string so that a shell reads it back as it was. */
final class ShellQuote {

  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellQuote() {}

  /**
   * Plain where that is safe, else in single quotes, or in {@code $'...'} if there are control
   * characters.
   */
  static String quote(String text) {
    if (HARMLESS.matcher(text).matches()) {
      return text;
    }
    if (text.chars().noneMatch(Character::isISOControl)) {
      return "'" + text.replace("'", "'\\''") + "'";
    }
    StringBuilder quoted = new StringBuilder("$'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (c >= 0x80 && Character.isISOControl(c)) {
            quoted.append(String.format(Locale.ROOT, "\\xc2\\x%02x", (int) c)); // as in UTF-8
          } else if (Character.isISOControl(c)) {
            quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('\'').toString();
  }
}
