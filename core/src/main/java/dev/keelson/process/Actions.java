/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import javax.annotation.Nullable;

/**
 * Quick actions that wait for something that happens once. They are run one after the other by
 * whoever makes it happen; one that comes later is run at once by whoever brings it. Safe for use
 * by multiple threads; an action runs without a lock.
 */
final class Actions {

  /*
   * A stack of those that wait, for there are many executions and few actions each. `add` puts one on top; `runAll` takes all, runs
   * them in the order in which they came, and looks again. That it is over is noted where there is none left: one that comes
   * before is run by `runAll`, one that comes after by its own thread, and none is run by both or left behind.
   */

  /** Compared by identity. */
  private static final class Entry {
    final Runnable action;
    @Nullable Entry next;

    Entry(Runnable action, @Nullable Entry next) {
      this.action = action;
      this.next = next;
    }
  }

  private static final Entry OVER = new Entry(() -> {}, null);

  private static final AtomicReferenceFieldUpdater<Actions, Entry> LAST =
      AtomicReferenceFieldUpdater.newUpdater(Actions.class, Entry.class, "last");

  private volatile @Nullable Entry last;

  void add(Runnable action) {
    for (Entry before = last; before != OVER; before = last) {
      if (LAST.compareAndSet(this, before, new Entry(action, before))) { // against runAll
        return;
      }
    }
    action.run();
  }

  /** It has happened. Called once; takes no memory. */
  void runAll() {
    while (!LAST.compareAndSet(this, null, OVER)) { // against add
      Entry first = null;
      for (Entry taken = LAST.getAndSet(this, null); taken != null; ) {
        Entry before = taken.next;
        taken.next = first;
        first = taken;
        taken = before;
      }
      for (Entry next = first; next != null; next = next.next) {
        run(next.action);
      }
    }
  }

  /** The others wait, too. */
  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      Daemons.complain(Actions.class, "what was to follow the end of a process has failed", e);
    }
  }
}
