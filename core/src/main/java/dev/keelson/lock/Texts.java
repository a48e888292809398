/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * Puts messages together. The compiler's way to concatenate strings links itself at its first use,
 * deep in the JDK; where the stack ends there, that place stays broken. These messages are needed
 * just there.
 */
final class Texts {

  private Texts() {}

  static String join(Object... parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part);
    }
    return text.toString();
  }
}
