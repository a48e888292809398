/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import javax.annotation.Nullable;

/**
 * One thread's wait in a lock's queue, for people to see. A list of them that only grows at its
 * head; those that are done are passed over by whoever adds one. Threads that pass over the same
 * ones at the same time may bring a done one back for a while, and never lose one that is not.
 */
final class Wait {

  final Thread thread;
  final long since = System.nanoTime();

  /** Whether it gets back what it gave away when it waited on a condition. */
  final boolean reacquires;

  /** The queue was left, with the lock or without it. */
  volatile boolean done;

  @Nullable Wait next;

  Wait(Thread thread, boolean reacquires) {
    this.thread = thread;
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
    for (Thread thread : sync.getQueuedThreads()) {
      Wait wait = known.get(thread);
      waiters.add(wait == null ? new Wait(thread, false) : wait);
    }
    Collections.reverse(waiters); // the synchronizer looks from the end of its queue
    List<Thread> signalled = side == null ? List.of() : side.signalled();
    for (int i = signalled.size() - 1; i >= 0; i--) {
      waiters.add(new Wait(signalled.get(i), true));
    }
    return waiters;
  }
}
