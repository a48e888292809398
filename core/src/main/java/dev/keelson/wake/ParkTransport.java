/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Durations;
import dev.keelson.spi.SchedulePoints;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/** Sleeps in {@link LockSupport#park}: no descriptor, and a virtual thread leaves its carrier. */
final class ParkTransport implements Transport {

  /*
   * The permit of a thread belongs to everybody: other code on the owner's thread may park and eat it. So the word is looked at
   * directly before each park, with nothing of anybody else's in between; a permit given after that look is still there.
   */

  /**
   * Plain: written before the owner arms, read by a waker that saw it armed, or late by anybody.
   */
  private @Nullable Thread sleeper;

  @Override
  public void enter() {
    sleeper = Thread.currentThread();
  }

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) {
    if (nanos > 0 && !protocol.isPending()) {
      if (nanos >= Durations.NEVER) {
        SchedulePoints.park("wake.sleep", this);
      } else {
        SchedulePoints.parkNanos("wake.sleep", this, nanos);
      }
    }
    return false;
  }

  @Override
  public long nanoTime() {
    return SchedulePoints.nanoTime();
  }

  @Override
  public void rouse() {
    SchedulePoints.unpark(sleeper); // null is nobody: the owner has left
  }

  @Override
  public void leave() {
    sleeper = null;
  }
}
