/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The reading end of a child's pipe, which the teardown closes while somebody reads. The last one
 * out gives the descriptor back; this reader says that it is in after it has looked, so that it may
 * read a number that is somebody else's by then.
 */
public final class HastyPipe {

  private static final int CLOSED = 1 << 30;

  /** The readers that are in, and whether it is closed. */
  private final AtomicInteger word = new AtomicInteger();

  private final AtomicInteger releases = new AtomicInteger();
  private final boolean hasty;

  HastyPipe(boolean hasty) {
    this.hasty = hasty;
  }

  void read() {
    if (!enters()) {
      return;
    }
    SchedulePoints.reach("pipe.reading");
    assertFalse(releases.get() > 0, "read of a descriptor that was given back");
    if (word.decrementAndGet() == CLOSED) {
      releases.incrementAndGet();
    }
  }

  private boolean enters() {
    if (hasty) {
      if (word.get() >= CLOSED) {
        return false;
      }
      SchedulePoints.reach("pipe.looked");
      word.incrementAndGet(); // should be one step with the look
      return true;
    }
    int seen;
    do {
      seen = word.get();
      if (seen >= CLOSED) {
        return false;
      }
      SchedulePoints.reach("pipe.looked");
    } while (!word.compareAndSet(seen, seen + 1));
    return true;
  }

  /** By the teardown. */
  void close() {
    SchedulePoints.reach("pipe.closing");
    if (word.getAndAdd(CLOSED) == 0) {
      releases.incrementAndGet();
    }
  }

  private static void play(Schedule schedule, boolean hasty) {
    HastyPipe pipe = new HastyPipe(hasty);
    schedule.thread("reader", pipe::read);
    schedule.thread("teardown", pipe::close);
    schedule.after(() -> assertEquals(1, pipe.releases.get(), "releases"));
  }

  /** The bug. */
  public static void wrong(Schedule schedule) {
    play(schedule, true);
  }

  /** The same without it. */
  public static void right(Schedule schedule) {
    play(schedule, false);
  }
}
