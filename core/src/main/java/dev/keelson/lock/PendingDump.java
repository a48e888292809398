/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A report that is made later, unless this is closed before. Safe for use by multiple threads. */
public final class PendingDump implements AutoCloseable {

  private final Future<?> alarm;

  private PendingDump(Future<?> alarm) {
    this.alarm = alarm;
  }

  static PendingDump schedule(long nanos, Runnable dump) {
    return new PendingDump(
        Daemons.timer().schedule(() -> begin(dump), nanos, TimeUnit.NANOSECONDS));
  }

  /**
   * On a worker; later, while none can be had. Never on the timer's thread or on the one that is
   * kept for want of others: whoever is told may block, and deadlines of processes need those.
   */
  private static void begin(Runnable dump) {
    try {
      Daemons.workers().execute(dump);
    } catch (OutOfMemoryError noThreadCanBeHad) {
      Daemons.timer().schedule(() -> begin(dump), 1, TimeUnit.SECONDS);
    }
  }

  /** Cancels it; does nothing if it has begun. */
  @Override
  public void close() {
    alarm.cancel(false);
  }
}
