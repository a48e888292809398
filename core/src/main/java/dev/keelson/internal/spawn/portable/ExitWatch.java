/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.threads.Daemons;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notices that a process of the JDK's has ended, without a thread for each.
 *
 * <p>{@link Process#onExit} tells at once, but by a task in the common pool (JDK 17 to 25), and a
 * program whose common pool is busy waiting for the very processes it started would wait for ever.
 * So a timer looks at all watched processes four times a second as well; whoever notices first runs
 * the action, once.
 */
final class ExitWatch {

  private static final long LOOK_MILLIS = 250;
  private static final int MOST_LOOKS = 50;
  private static final Set<ExitWatch> WATCHED = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean LOOKING = new AtomicBoolean();

  private final Process process;
  private final Runnable action;
  private final AtomicBoolean done = new AtomicBoolean();

  private ExitWatch(Process process, Runnable action) {
    this.process = process;
    this.action = action;
  }

  static void watch(Process process, Runnable action) {
    ExitWatch watch = new ExitWatch(process, action);
    WATCHED.add(watch);
    try {
      keepLooking();
    } catch (OutOfMemoryError noThreadCanBeHad) {
      // It is only the second way; the next one who watches tries again, for this one too.
    }
    process
        .onExit()
        .whenComplete(
            (ended, failure) -> {
              if (failure == null) {
                watch.ended();
              } else {
                watch.untold();
              }
            });
  }

  /**
   * There was no thread to tell of the end, and the JDK says so on the one that is about to note
   * it: until this returns, the process is alive.
   */
  private void untold() {
    Daemons.insist(
        () -> {
          for (int looks = 0; process.isAlive() && looks < MOST_LOOKS; looks++) {
            Daemons.awaitMemory();
          }
          if (!process.isAlive()) { // else this is that very thread, and the timer looks
            ended();
          }
        });
  }

  private void ended() {
    if (done.compareAndSet(false, true)) { // the task in the common pool against the timer
      WATCHED.remove(this);
      try {
        action.run();
      } catch (RuntimeException | Error e) { // the others wait to be looked at, too
        Daemons.complain(ExitWatch.class, "what was to follow an exit has failed", e);
      }
    }
  }

  /**
   * Adding to the set comes before this look at the flag, and clearing the flag before the look at
   * the set: no watch is forgotten.
   */
  private static void keepLooking() {
    if (!WATCHED.isEmpty() && LOOKING.compareAndSet(false, true)) {
      boolean scheduled = false;
      try {
        Daemons.timer().schedule(ExitWatch::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        scheduled = true;
      } finally {
        if (!scheduled) {
          LOOKING.set(false);
        }
      }
    }
  }

  private static void look() {
    while (true) {
      try {
        for (ExitWatch watch : WATCHED) {
          if (!watch.process.isAlive()) {
            watch.ended();
          }
        }
        LOOKING.set(false);
        keepLooking();
        return;
      } catch (OutOfMemoryError e) {
        Daemons.awaitMemory(); // nobody else begins to look for those who wait already
      }
    }
  }
}
