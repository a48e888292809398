/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The trees that are not to outlive this JVM, and the one shutdown hook that ends them, all at
 * once, when it exits in an orderly way. What is still there after that is the watchdog's.
 */
final class LiveTrees {

  private static final long MOST_GRACE = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_SECONDS = 3;

  private static final Set<Execution> LIVE = ConcurrentHashMap.newKeySet();

  private LiveTrees() {}

  static void add(Execution execution) {
    Hook.install();
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

  /** Installed once, with the first tree. */
  private static final class Hook {
    static {
      try {
        Runtime.getRuntime().addShutdownHook(Daemons.newThread("keelson-exit", LiveTrees::endAll));
      } catch (IllegalStateException exitingAlready) {
        // The watchdog ends what is started now.
      }
    }

    private Hook() {}

    static void install() {
      // loading the class does it
    }
  }
}
