/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.Locale;
import java.util.regex.Pattern;

/** Writes a string so that a shell reads it back as it was. */
final class ShellQuote {

  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  /** What a shell takes for its own at the place of a program: its grammar, or an assignment. */
  private static final Pattern NOT_A_PROGRAM =
      Pattern.compile(
          "[A-Za-z_][A-Za-z0-9_]*\\+?=.*|case|coproc|do|done|elif|else|esac|fi|for|function|if|in"
              + "|select|then|time|until|while");

  private ShellQuote() {}

  /** Quotes the name of a program, also one that the shell would not take for one. */
  static String program(String name) {
    String quoted = quote(name);
    boolean bare = quoted.equals(name) && NOT_A_PROGRAM.matcher(name).matches();
    return bare ? "'" + name + "'" : quoted;
  }

  /** Quotes a directory for {@code cd}, also one that looks like an option. */
  static String directory(String path) {
    return quote(path.startsWith("-") ? "./" + path : path);
  }

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
