/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.SchedulePoints;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/**
 * Looks after locks that threads wait for: an owner that dies while they are parked, and a free
 * lock whose first waiter was not woken.
 *
 * <p>One daemon thread for the JVM, which is there only while a lock is contended and a second
 * longer. It polls nobody else's queue and wakes nobody whose turn it is not.
 */
final class Watchdog implements Runnable {

  /** Half of what a dead owner may cost, with room for a busy machine, would still be enough. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int IDLE_TICKS = 20;

  /** Watched from now on; taken over by the thread. */
  private static final Queue<Sync> NEW = new ConcurrentLinkedQueue<>();

  private static final AtomicReference<Thread> RUNNING = new AtomicReference<>();

  /** What the thread looks after, for reports: replaced, never changed. */
  private static volatile List<Sync> contended = List.of();

  /** The thread's own: whether a lock was stalled at the last tick. */
  private final Map<Sync, Boolean> watched = new LinkedHashMap<>();

  private Watchdog() {}

  /**
   * Called by one who is about to wait, or whose signal made another one wait. Where no thread can
   * be had the lock stays on the list for the next one to try.
   */
  static void watch(Sync sync, Side side) {
    if (SchedulePoints.controlled()) {
      return; // whose turn it is, and when, is the schedule's affair
    }
    if (side.startsToBeWatched()) {
      boolean added = false;
      try {
        added = NEW.add(sync);
      } finally {
        if (!added) { // without memory
          side.unwatched();
        }
      }
    }
    if (RUNNING.get() == null) {
      start();
    }
  }

  /** The locks that were contended a moment ago; some of them twice. */
  static List<Sync> contended() {
    List<Sync> all = new ArrayList<>(NEW); // first: what has left it by then is in the other one
    all.addAll(contended);
    return all;
  }

  private static void start() {
    try {
      Thread thread = Daemons.newThread("keelson-lock-watchdog", new Watchdog());
      if (RUNNING.compareAndSet(null, thread)) {
        boolean started = false;
        try {
          thread.start();
          started = true;
        } finally {
          if (!started) {
            RUNNING.set(null);
          }
        }
      }
    } catch (OutOfMemoryError | StackOverflowError e) {
      // No thread to be had. Waiting works without; the next one to wait tries again.
    }
  }

  @Override
  public void run() {
    Daemons.retainCurrentThread();
    int idle = 0;
    while (true) {
      try {
        takeOver();
        tick();
        contended = List.copyOf(watched.keySet());
      } catch (OutOfMemoryError e) {
        // The next tick may have more luck.
      }
      idle = watched.isEmpty() ? idle + 1 : 0;
      if (idle > IDLE_TICKS) {
        RUNNING.set(null);
        // One that came before this saw a running thread and relies on it.
        if (NEW.isEmpty() || !RUNNING.compareAndSet(null, Thread.currentThread())) {
          return;
        }
      }
      LockSupport.parkNanos(this, TICK);
      Thread.interrupted(); // nobody has a reason to; a set flag would make this spin
    }
  }

  /** A report sees a lock in the one place or in the other, at every moment. */
  private void takeOver() {
    int fresh = 0;
    for (Sync sync : NEW) {
      watched.put(sync, false);
      fresh++;
    }
    if (fresh > 0) {
      contended = List.copyOf(watched.keySet());
    }
    for (; fresh > 0; fresh--) {
      NEW.poll();
    }
  }

  private void tick() {
    for (Iterator<Map.Entry<Sync, Boolean>> each = watched.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<Sync, Boolean> entry = each.next();
      Sync sync = entry.getKey();
      @Nullable Side side = sync.sideIfAny();
      if (sync.tend()) {
        boolean stalled = sync.isStalled();
        if (stalled && entry.getValue()) {
          sync.wakeFirst();
        }
        entry.setValue(stalled);
      } else {
        if (side != null) {
          side.unwatched(); // who comes now adds it again
        }
        if (side == null || !sync.tend() || !side.startsToBeWatched()) {
          each.remove();
        } // else somebody came to wait between the two looks
      }
    }
  }
}
