/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Quick actions that wait for something that happens once. They are run one after the other by
 * whoever makes it happen; one that comes later is run at once by whoever brings it. Safe for use
 * by multiple threads; an action runs without a lock.
 */
final class Actions {

  /*
   * That it is over is noted under the lock when there is no action left: one that comes before is run by `runAll`, one that
   * comes after by its own thread, and none is run by both or left behind.
   */

  private static final System.Logger LOGGER = System.getLogger(Actions.class.getPackageName());

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final List<Runnable> waiting = new ArrayList<>(1);

  @GuardedBy("lock")
  private boolean over;

  void add(Runnable action) {
    lock.lock();
    try {
      if (!over) {
        waiting.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /** It has happened. Called once; takes no memory. */
  void runAll() {
    for (Runnable next = take(); next != null; next = take()) {
      try {
        next.run();
      } catch (RuntimeException | Error e) { // the others wait, too
        Daemons.complain(LOGGER, "what was to follow the end of a process has failed", e);
      }
    }
  }

  private @Nullable Runnable take() {
    lock.lock();
    try {
      over = waiting.isEmpty();
      return over ? null : waiting.remove(0);
    } finally {
      lock.unlock();
    }
  }
}
