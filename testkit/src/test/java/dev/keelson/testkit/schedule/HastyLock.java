/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.lock.Force;
import dev.keelson.lock.LockOwnershipLostException;
import dev.keelson.lock.ResettableLock;
import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A lock that can be taken away, whose unlock looks and then stores: an owner that is deprived
 * between the two frees the tenure of the next one.
 */
public final class HastyLock {

  private final AtomicReference<Thread> owner = new AtomicReference<>();

  void lock() {
    while (!owner.compareAndSet(null, Thread.currentThread())) {
      SchedulePoints.await("hasty.queued", () -> owner.get() == null);
    }
  }

  void unlock() {
    if (owner.get() == Thread.currentThread()) {
      SchedulePoints.reach("hasty.unlocking");
      owner.set(null); // should be a CAS
    }
  }

  void reset() {
    owner.set(null);
  }

  /** The bug. */
  public static void wrong(Schedule schedule) {
    HastyLock lock = new HastyLock();
    boolean[] unlocking = new boolean[1];
    schedule.thread(
        "owner",
        () -> {
          lock.lock();
          unlocking[0] = true;
          lock.unlock();
          unlocking[0] = false;
        });
    schedule.thread(
        "thief",
        () -> {
          lock.reset();
          lock.lock();
          SchedulePoints.await("critical", () -> !unlocking[0]);
          assertTrue(lock.owner.get() == Thread.currentThread(), "the lock is not mine any more");
          lock.unlock();
        });
  }

  /** The same without it. */
  public static void right(Schedule schedule) {
    ResettableLock lock = new ResettableLock();
    schedule.thread(
        "owner",
        () -> {
          lock.lock();
          SchedulePoints.reach("held");
          try {
            lock.unlock();
          } catch (LockOwnershipLostException deprived) {
            // told, and harmless
          }
        });
    schedule.thread(
        "thief",
        () -> {
          lock.reset(Force.YES, "the test wants it");
          lock.lock();
          SchedulePoints.reach("critical");
          assertTrue(lock.isHeldByCurrentThread(), "the lock is not mine any more");
          lock.unlock();
        });
  }
}
