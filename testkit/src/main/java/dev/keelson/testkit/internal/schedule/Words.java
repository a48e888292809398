/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.concurrent.TimeUnit;

/** Small texts. */
final class Words {

  private Words() {}

  /** A time, in the unit that leaves a number people can read. */
  static String time(long nanos) {
    if (nanos >= TimeUnit.SECONDS.toNanos(10)) {
      return TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
    }
    if (nanos >= TimeUnit.MILLISECONDS.toNanos(10)) {
      return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }
    return nanos + " ns";
  }
}
