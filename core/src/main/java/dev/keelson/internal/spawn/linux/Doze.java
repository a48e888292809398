/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * Where one thread at a time waits for the loop, for another thread's {@link #wake}, or for an
 * interrupt. It parks, so that a virtual thread leaves its carrier. Safe for use by multiple
 * threads.
 */
final class Doze implements Loop.Handler {

  /*
   * The sleeper makes itself known, then asks for the event and looks at its condition, then parks; whoever wakes it has made the
   * event or the condition true before it looks for a sleeper. So the waker finds the sleeper, or the sleeper finds the reason.
   * A permit that comes between the last look and the park ends the park at once. A wake-up that belongs to an earlier doze makes
   * this one end early, which its caller takes for what it is: a reason to look again.
   */

  private volatile @Nullable Thread sleeper;
  private volatile boolean rung;

  void begin() {
    rung = false;
    sleeper = Thread.currentThread();
  }

  /** Returns when the loop has told of something, the condition holds, or there is an interrupt. */
  void until(BooleanSupplier condition) {
    while (!rung && !condition.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
      LockSupport.park(this);
    }
  }

  void end() {
    sleeper = null;
  }

  void wake() {
    Thread waiting = sleeper;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  @Override
  public void ready(int events) {
    rung = true;
    wake();
  }
}
