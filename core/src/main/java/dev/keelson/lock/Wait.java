/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * One thread's wait in a lock's queue, for people to see. A list of them that only grows at its
 * head; those that are done are passed over by whoever adds one. Threads that pass over the same
 * ones at the same time may bring a done one back for a while, and never lose one that is not.
 *
 * <p>In no such list is the one of a {@link Waiter}: its wait between a signal and its waking.
 */
final class Wait {

  final Thread thread;

  /** When it began; a {@link Waiter}'s begins with the signal, before it is pushed. */
  long since;

  /** Whether it gets back what it gave away when it waited on a condition. */
  final boolean reacquires;

  /** The queue was left, with the lock or without it. */
  volatile boolean done;

  @Nullable Wait next;

  Wait(Thread thread, long since, boolean reacquires) {
    this.thread = thread;
    this.since = since;
    this.reacquires = reacquires;
  }

  /** The first one at or after {@code from} that still waits, with nothing done behind it. */
  static @Nullable Wait pruned(@Nullable Wait from) {
    Wait first = from;
    while (first != null && first.done) {
      first = first.next;
    }
    for (Wait wait = first; wait != null; ) {
      Wait next = wait.next;
      if (next != null && next.done) {
        wait.next = next.next;
      } else {
        wait = next;
      }
    }
    return first;
  }

  /**
   * Who waits for that lock, the first in line first, those who were signalled and not woken yet at
   * the end. About right, as it takes no lock.
   */
  static List<Wait> inOrder(Tenure sync, @Nullable Side side) {
    IdentityHashMap<Thread, Wait> known = new IdentityHashMap<>();
    for (Wait wait = side == null ? null : side.waits(); wait != null; wait = wait.next) {
      if (!wait.done) {
        known.put(wait.thread, wait);
      }
    }
    List<Wait> waiters = new ArrayList<>();
    Set<Thread> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Thread thread : sync.getQueuedThreads()) {
      Wait wait = known.get(thread);
      waiters.add(wait == null ? new Wait(thread, System.nanoTime(), false) : wait);
      seen.add(thread);
    }
    Collections.reverse(waiters); // the synchronizer looks from the end of its queue
    List<Wait> signalled = side == null ? List.of() : side.signalledWaits();
    for (int i = signalled.size() - 1; i >= 0; i--) {
      if (seen.add(signalled.get(i).thread)) { // else it was interrupted, and has queued by itself
        waiters.add(signalled.get(i));
      }
    }
    return waiters;
  }
}
