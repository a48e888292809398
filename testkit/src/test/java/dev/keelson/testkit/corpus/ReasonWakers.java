/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import dev.keelson.wake.Waker;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** Two threads wake a third, for a reason each, which is to be told both. */
final class ReasonWakers {

  private volatile int pending;

  private ReasonWakers() {}

  private void wake(int reason) {
    int seen = pending;
    SchedulePoints.reach("reasons.read");
    pending = seen | reason; // should be one step with the read
  }

  static void wrong(Schedule schedule) {
    ReasonWakers waker = new ReasonWakers();
    play(schedule, waker::wake, () -> waker.pending);
  }

  static void right(Schedule schedule) {
    Waker waker = Waker.create();
    play(schedule, waker::wake, () -> waker.tryTake().reasons());
  }

  private static void play(Schedule schedule, IntConsumer wake, IntSupplier reasons) {
    schedule.thread("one", () -> wake.accept(1));
    schedule.thread("two", () -> wake.accept(2));
    schedule.after(() -> assertEquals(3, reasons.getAsInt(), "a reason is lost"));
  }
}
