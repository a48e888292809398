/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.Signals;
import java.util.Set;

/** What signals do to a fake process. */
public final class Dispositions {

  private static final int STOP = 19;

  /** Those that do nothing to a process that does not handle them; a fake is never stopped. */
  private static final Set<Integer> HARMLESS = Set.of(17, 18, STOP, 20, 21, 22, 23, 28);

  private Dispositions() {}

  /** The number of a signal that a process can handle or ignore. */
  public static int catchable(String name) {
    int number = Signals.number(name);
    if (number == Signals.KILL || number == STOP) {
      throw new IllegalArgumentException("signal is \"" + name + "\"; no process can handle that");
    }
    return number;
  }

  static boolean isHarmless(int number) {
    return HARMLESS.contains(number);
  }
}
