/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.nio.charset.StandardCharsets;

/**
 * Finds a whole entry in an environment that comes in pieces: entries end with a NUL, the last one
 * perhaps without. For one thread.
 */
final class CookieMatcher {

  private static final int MISMATCH = -1;

  private final byte[] cookie;

  /** How many bytes of the current entry are those of the cookie, or {@link #MISMATCH}. */
  private int matched;

  /**
   * A matcher of one entry.
   *
   * @throws IllegalArgumentException if the cookie is not {@code NAME=value}: an empty one would
   *     match strangers
   */
  CookieMatcher(String cookie) {
    int equals = cookie.indexOf('=');
    if (equals < 1 || equals == cookie.length() - 1) {
      throw new IllegalArgumentException("cookie must be NAME=value: " + cookie);
    }
    this.cookie = cookie.getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins with another environment. */
  void reset() {
    matched = 0;
  }

  /** Whether the cookie ends in the next {@code length} bytes. */
  boolean feed(byte[] bytes, int length) {
    int m = matched;
    for (int i = 0; i < length; i++) {
      byte b = bytes[i];
      if (b == 0) {
        if (m == cookie.length) {
          return true;
        }
        m = 0;
      } else if (m != MISMATCH) {
        m = m < cookie.length && cookie[m] == b ? m + 1 : MISMATCH;
      }
    }
    matched = m;
    return false;
  }

  /** Whether the environment has just ended with the cookie. */
  boolean atEnd() {
    return matched == cookie.length;
  }
}
