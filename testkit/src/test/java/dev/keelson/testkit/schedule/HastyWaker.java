/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import dev.keelson.wake.Waker;
import javax.annotation.Nullable;

/**
 * A waker whose owner looks first and says that it sleeps afterwards: who wakes between is lost.
 */
final class HastyWaker {

  private volatile boolean pending;
  private volatile @Nullable Thread sleeper;

  void await() {
    if (!pending) {
      SchedulePoints.reach("hasty.looked");
      sleeper = Thread.currentThread(); // should be before the look
      SchedulePoints.park("hasty.sleep", this);
      sleeper = null;
    }
    pending = false;
  }

  void wake() {
    pending = true;
    SchedulePoints.reach("hasty.pending");
    SchedulePoints.unpark(sleeper);
  }

  static void wrong(Schedule schedule) {
    HastyWaker waker = new HastyWaker();
    schedule.thread("owner", waker::await);
    schedule.thread("waker", waker::wake);
  }

  static void right(Schedule schedule) {
    Waker waker = Waker.create();
    schedule.thread("owner", waker::await);
    schedule.thread("waker", waker::wake);
    schedule.after(waker::close);
  }
}
