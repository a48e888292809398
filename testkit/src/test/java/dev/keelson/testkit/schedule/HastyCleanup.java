/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;

/** A registration that asks whether it was cleaned and then says so: two may both clean. */
public final class HastyCleanup {

  private final Runnable action;
  private volatile boolean cleaned;

  HastyCleanup(Runnable action) {
    this.action = action;
  }

  void clean() {
    if (!cleaned) {
      SchedulePoints.reach("hasty.claiming");
      cleaned = true; // should be one step with the question
      action.run();
    }
  }

  /** The bug. */
  public static void wrong(Schedule schedule) {
    AtomicInteger runs = new AtomicInteger();
    HastyCleanup registration = new HastyCleanup(runs::incrementAndGet);
    schedule.thread("close", registration::clean);
    schedule.thread("collector", registration::clean);
    schedule.after(() -> assertEquals(1, runs.get(), "runs of the action"));
  }

  /** The same without it. */
  public static void right(Schedule schedule) {
    AtomicInteger runs = new AtomicInteger();
    CleanupRealm realm = CleanupRealm.named("schedule");
    Object owner = new Object();
    Registration<AtomicInteger> registration =
        realm.register(owner, runs, AtomicInteger::incrementAndGet);
    schedule.thread("close", registration::clean);
    schedule.thread("realm", realm::close);
    schedule.after(
        () -> {
          assertEquals(1, runs.get(), "runs of the action");
          Reference.reachabilityFence(owner); // or the collector, whom nobody controls, joins in
        });
  }
}
