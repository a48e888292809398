/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.function.BooleanSupplier;

/** Waits that keep an interrupt for later. */
final class Waits {

  private Waits() {}

  static void uninterruptibly(VirtualClock clock, BooleanSupplier over) {
    boolean interrupted = false;
    for (boolean done = false; !done; ) {
      try {
        done = clock.await(over, Long.MAX_VALUE, clock.drives());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
