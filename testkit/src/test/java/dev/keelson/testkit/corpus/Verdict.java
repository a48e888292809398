/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import dev.keelson.cleanup.CapturingActionException;
import dev.keelson.testkit.Body;
import java.util.concurrent.TimeUnit;

/**
 * What a tool said of both variants.
 *
 * @param accusation of the wrong one; empty if it said nothing
 * @param falseAlarm of the right one, which it should not have
 * @param millis how long it took to accuse
 */
record Verdict(String accusation, String falseAlarm, long millis) {

  /** Asks for it. */
  static Verdict of(Seed seed) throws Exception {
    long start = System.nanoTime();
    String accusation = of(seed.trial().wrong());
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    return new Verdict(accusation, of(seed.trial().right()), took);
  }

  /** Other exceptions than these are nobody's accusation. */
  private static String of(Body variant) throws Exception {
    try {
      variant.run();
      return "";
    } catch (AssertionError | CapturingActionException e) {
      return String.valueOf(e.getMessage());
    } finally {
      Litter.sweep();
    }
  }
}
