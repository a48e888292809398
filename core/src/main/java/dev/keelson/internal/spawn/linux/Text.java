/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Region;
import java.nio.charset.Charset;

/** Text as the system wants it: in the encoding that the JDK passes to programs, ended by a NUL. */
final class Text {

  /** Which the JDK uses for arguments, variables and paths on 18 and newer. */
  private static final Charset CHARSET =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private Text() {}

  static byte[] encode(String text) {
    return text.getBytes(CHARSET);
  }

  static String decode(byte[] bytes, int length) {
    return new String(bytes, 0, length, CHARSET);
  }

  /** Writes it with its NUL; returns the offset behind that. */
  static int put(Region region, int offset, byte[] text) {
    region.bytes().put(offset, text, 0, text.length).put(offset + text.length, (byte) 0);
    return offset + text.length + 1;
  }
}
