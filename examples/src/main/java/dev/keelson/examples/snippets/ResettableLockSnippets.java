/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import dev.keelson.lock.AbandonPolicy;
import dev.keelson.lock.Force;
import dev.keelson.lock.ResetOutcome;
import dev.keelson.lock.ResettableLock;
import java.util.List;

/** What docs/locks.md shows of a single lock. */
public final class ResettableLockSnippets {

  private ResettableLockSnippets() {}

  public static ResettableLock healing() {
    // snippet: lock-heal
    ResettableLock lock =
        ResettableLock.builder()
            .name("orders")
            .onAbandoned(lost -> System.err.println("somebody died with it: " + lost))
            .build();
    // end
    return lock;
  }

  public static void use(ResettableLock lock, List<String> orders) {
    // snippet: lock-consistent
    lock.lock();
    try {
      if (!lock.isConsistent()) { // whoever had it died in the middle
        orders.removeIf(String::isEmpty);
        lock.markConsistent();
      }
      orders.add("one more");
    } finally {
      lock.unlock();
    }
    // end
  }

  public static ResettableLock refusing(List<String> orders) {
    // snippet: lock-refuse
    ResettableLock lock =
        ResettableLock.builder().name("orders").policy(AbandonPolicy.REFUSE).build();
    // once a thread has died with it, lock() throws AbandonedLockException, until somebody repairs:
    ResetOutcome outcome = lock.recover(lost -> orders.removeIf(String::isEmpty));
    // end
    System.out.println(outcome);
    return lock;
  }

  public static void forced(ResettableLock lock) {
    // snippet: lock-force
    lock.reset(Force.YES, "the import hangs, and its data is thrown away");
    // end
  }

  public static void fenced(ResettableLock lock, Runnable step) {
    // snippet: lock-token
    long token = lock.lockAndToken(); // greater after every reset
    try {
      while (lock.checkHeld(token)) {
        step.run();
      }
    } finally {
      lock.unlock(); // LockOwnershipLostException if it was taken away
    }
    // end
  }
}
