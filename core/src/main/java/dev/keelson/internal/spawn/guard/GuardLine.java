/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The form of one line of the table: a mark, a cookie, blanks, and a line feed; always {@link
 * #WIDTH} bytes.
 */
final class GuardLine {

  /** Bytes of a line, the line feed included. */
  static final int WIDTH = 128;

  /** The mark of a line that counts. Written last, so that no line counts before it is whole. */
  static final byte LIVE = '+';

  /** The mark of a line that does not count, whatever the rest of it says. */
  static final byte BLANK = ' ';

  /**
   * What the watchdog's own filter accepts, too; a value this long can be neither empty nor anybody
   * else's.
   */
  private static final Pattern COOKIE = Pattern.compile("[A-Z][A-Z_]*=[!-~]{8,}");

  private static final int ROOM = WIDTH - 2;

  private GuardLine() {}

  /**
   * What follows the mark of a line.
   *
   * @throws IllegalArgumentException if the cookie could not be told from another entry of an
   *     environment, or does not fit
   */
  static byte[] afterMark(String cookie) {
    if (!COOKIE.matcher(cookie).matches()) {
      throw new IllegalArgumentException(
          "cookie must look like NAME=value with a value of 8 or more printable characters: "
              + cookie);
    }
    byte[] line = blanks(WIDTH - 1);
    byte[] bytes = cookie.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > ROOM) {
      throw new IllegalArgumentException("cookie must have at most " + ROOM + " bytes: " + cookie);
    }
    System.arraycopy(bytes, 0, line, 0, bytes.length);
    return line;
  }

  /** This many lines that do not count. */
  static byte[] blankLines(int lines) {
    byte[] all = new byte[lines * WIDTH];
    byte[] one = blanks(WIDTH);
    for (int at = 0; at < all.length; at += WIDTH) {
      System.arraycopy(one, 0, all, at, WIDTH);
    }
    return all;
  }

  private static byte[] blanks(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, BLANK);
    bytes[length - 1] = '\n';
    return bytes;
  }
}
