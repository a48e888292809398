/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names and numbers of signals; the numbers are those of Linux on x86-64 and aarch64, and of every
 * Unix up to 15 except 7, 10 and 12.
 */
public final class Signals {

  public static final int KILL = 9;
  public static final int PIPE = 13;
  public static final int TERM = 15;
  public static final int LAST = 64;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("ILL", 4),
          Map.entry("TRAP", 5),
          Map.entry("ABRT", 6),
          Map.entry("BUS", 7),
          Map.entry("FPE", 8),
          Map.entry("KILL", KILL),
          Map.entry("USR1", 10),
          Map.entry("SEGV", 11),
          Map.entry("USR2", 12),
          Map.entry("PIPE", PIPE),
          Map.entry("ALRM", 14),
          Map.entry("TERM", TERM),
          Map.entry("CHLD", 17),
          Map.entry("CONT", 18),
          Map.entry("STOP", 19),
          Map.entry("TSTP", 20),
          Map.entry("TTIN", 21),
          Map.entry("TTOU", 22),
          Map.entry("XCPU", 24),
          Map.entry("WINCH", 28));

  private static final Map<Integer, String> NAMES =
      NUMBERS.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  private Signals() {}

  /** The number of {@code TERM} or {@code SIGTERM}, in any case. */
  public static int number(String name) {
    String bare = name.toUpperCase(Locale.ROOT);
    Integer number = NUMBERS.get(bare.startsWith("SIG") ? bare.substring(3) : bare);
    if (number == null) {
      throw new IllegalArgumentException(
          "signal is \""
              + name
              + "\"; it must be one of "
              + NAMES.values().stream().sorted().toList());
    }
    return number;
  }

  public static int check(int signal) {
    if (signal < 1 || signal > LAST) {
      throw new IllegalArgumentException(
          "signal is " + signal + "; it must be between 1 and " + LAST);
    }
    return signal;
  }

  /** The name of a signal, or its number where it has none. */
  public static String name(int signal) {
    return NAMES.getOrDefault(signal, Integer.toString(signal));
  }

  /** {@code " (TERM)"}, or nothing for a signal without a name. */
  public static String suffix(int signal) {
    String name = NAMES.get(signal);
    return name == null ? "" : " (" + name + ")";
  }
}
