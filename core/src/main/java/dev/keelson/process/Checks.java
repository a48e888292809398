/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import javax.annotation.Nullable;

/**
 * What every way into this package checks, each with a message that names the argument, its value
 * and the fix.
 */
final class Checks {

  private static final char NUL = '\0';

  private Checks() {}

  static String program(@Nullable String program) {
    requireNonNull(program, "program");
    if (program.isEmpty()) {
      throw new IllegalArgumentException("program is empty; give a name or a path");
    }
    return program;
  }

  static String argument(@Nullable String text, int index, boolean secret) {
    requireNonNull(text, "argument " + index + " is null");
    if (text.indexOf(NUL) >= 0) {
      throw new IllegalArgumentException(
          "argument "
              + index
              + " is "
              + shown(text, secret)
              + "; it must not contain NUL, which ends a string for the system");
    }
    return text;
  }

  static String variableName(@Nullable String name) {
    requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name is empty; a variable needs a name");
    }
    for (char bad : new char[] {'=', NUL, '\n', '\r'}) {
      if (name.indexOf(bad) >= 0) {
        throw new IllegalArgumentException(
            "name is "
                + shown(name, false)
                + "; the name of a variable must contain neither =, NUL nor a line break");
      }
    }
    return name;
  }

  static String variableValue(String name, @Nullable String value, boolean secret) {
    requireNonNull(value, "value of " + name + " is null; use unsetEnv to remove a variable");
    if (value.indexOf(NUL) >= 0) {
      throw new IllegalArgumentException(
          "value of "
              + name
              + " is "
              + shown(value, secret)
              + "; it must not contain NUL, which ends a string for the system");
    }
    return value;
  }

  static long bytes(String argument, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          argument + " is " + bytes + "; it must be a number of bytes, zero or more");
    }
    return bytes;
  }

  private static String shown(String text, boolean secret) {
    return secret ? Secrets.MASK : ShellQuote.quote(text);
  }
}
