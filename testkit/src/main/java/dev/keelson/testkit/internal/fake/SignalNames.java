/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The signals of Linux that tests have a use for. */
public final class SignalNames {

  static final int KILL = 9;
  static final int PIPE = 13;
  static final int TERM = 15;

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
          Map.entry("XCPU", 24),
          Map.entry("WINCH", 28));

  /** Those that do nothing to a process that does not handle them; a fake is never stopped. */
  private static final Set<Integer> HARMLESS = Set.of(17, 18, 19, 20, 21, 22, 23, 28);

  private SignalNames() {}

  /**
   * The number of a signal.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static int number(String name) {
    String plain = name.toUpperCase(Locale.ROOT);
    Integer number = NUMBERS.get(plain.startsWith("SIG") ? plain.substring(3) : plain);
    if (number == null) {
      throw new IllegalArgumentException(
          "signal is \""
              + name
              + "\"; it must be one of "
              + NUMBERS.keySet().stream().sorted().toList());
    }
    return number;
  }

  /** The number of a signal that a process can handle or ignore. */
  public static int catchable(String name) {
    int number = number(name);
    if (number == KILL || number == 19) {
      throw new IllegalArgumentException("signal is \"" + name + "\"; no process can handle that");
    }
    return number;
  }

  static boolean isHarmless(int number) {
    return HARMLESS.contains(number);
  }

  /** The name of a signal, or its number where it has none here. */
  public static String name(int number) {
    return NUMBERS.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Integer.toString(number));
  }
}
