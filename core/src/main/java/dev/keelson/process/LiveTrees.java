/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.concurrent.GuardedBy;

/**
 * The trees that are not to outlive this JVM, and the one shutdown hook that ends them, all at
 * once, when it exits in an orderly way. What is still there after that is the watchdog's.
 */
final class LiveTrees {

  private static final long MOST_GRACE = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_SECONDS = 3;

  private static final Set<Execution> LIVE = ConcurrentHashMap.newKeySet();

  private static final ReentrantLock LOCK = new ReentrantLock();

  @GuardedBy("LOCK")
  private static boolean hooked;

  private LiveTrees() {}

  static void add(Execution execution) {
    hook();
    LIVE.add(execution);
  }

  static void remove(Execution execution) {
    LIVE.remove(execution);
  }

  private static void endAll() {
    Set<Execution> trees = Set.copyOf(LIVE);
    CountDownLatch left = new CountDownLatch(trees.size());
    for (Execution tree : trees) {
      tree.whenDone(left::countDown);
      tree.endSoon(Cause.JVM_EXIT, Math.min(MOST_GRACE, tree.command().settings().graceNanos));
    }
    Uninterruptibly.run(() -> left.await(MOST_SECONDS, TimeUnit.SECONDS));
  }

  /** With the first tree; without memory, with the next one. */
  private static void hook() {
    LOCK.lock();
    try {
      if (!hooked) {
        Runtime.getRuntime().addShutdownHook(Daemons.newThread("keelson-exit", LiveTrees::endAll));
        hooked = true;
      }
    } catch (IllegalStateException exitingAlready) {
      hooked = true; // the watchdog ends what is started now
    } finally {
      LOCK.unlock();
    }
  }
}
