/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Puts values into shell text so that they mean themselves. */
public final class Shell {

  private static final String SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,./:_=+";

  private Shell() {}

  /** One word of the script: {@code it's} becomes {@code 'it'\''s'}. */
  public static String quote(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an argument cannot hold a NUL: \"" + text + '"');
    }
    return "'" + text.replace("'", "'\\''") + "'";
  }

  static String quote(Path path) {
    return quote(path.toAbsolutePath().toString());
  }

  /**
   * A {@code printf} command that writes exactly these bytes: what is not plainly harmless becomes
   * three octal digits, so that neither the shell nor printf nor a charset can change it.
   */
  static String printf(byte[] bytes) {
    StringBuilder format = new StringBuilder(bytes.length * 2 + 16).append("printf '");
    for (byte b : bytes) {
      if (b > 0 && SAFE.indexOf(b) >= 0) {
        format.append((char) b);
      } else {
        int value = b & 0xff;
        format
            .append('\\')
            .append((char) ('0' + (value >> 6)))
            .append((char) ('0' + ((value >> 3) & 7)))
            .append((char) ('0' + (value & 7)));
      }
    }
    return format.append('\'').toString();
  }

  static String printf(String text) {
    return printf(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Fills the gaps {@code {}} of a template, each once, and leaves the values as they are. */
  static String fill(String template, Object... values) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int gap = template.indexOf("{}", from);
      text.append(template, from, gap).append(value);
      from = gap + 2;
    }
    return text.append(template.substring(from)).toString();
  }

  /** Seconds for {@code sleep}: 1500 ms is {@code 1.5}. */
  static String seconds(Duration duration) {
    return BigDecimal.valueOf(Math.max(1, duration.toMillis()), 3)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Checks the name of a signal and drops a leading SIG. */
  static String signal(String name) {
    String bare = name.startsWith("SIG") ? name.substring(3) : name;
    if (!bare.matches("[A-Z][A-Z0-9+-]*")) {
      throw new IllegalArgumentException(
          "a signal is named like TERM or SIGTERM, but this one is \"" + name + '"');
    }
    return bare;
  }
}
