/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/** What the variants leave behind and no tool takes away. Safe for use by multiple threads. */
final class Litter {

  private static final Deque<AutoCloseable> ALL = new ConcurrentLinkedDeque<>();

  private Litter() {}

  /** Closed when the variant was judged. */
  static <T extends AutoCloseable> T closeLater(T litter) {
    ALL.push(litter);
    return litter;
  }

  /** A daemon, started, and interrupted when the variant was judged. */
  static Thread start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    ALL.push(
        () -> {
          thread.interrupt();
          thread.join(TimeUnit.SECONDS.toMillis(30));
          if (thread.isAlive()) {
            throw new AssertionError(thread + " does not end");
          }
        });
    return thread;
  }

  /** Takes all of it away, the latest first. */
  static void sweep() throws Exception {
    for (AutoCloseable each = ALL.poll(); each != null; each = ALL.poll()) {
      each.close();
    }
  }
}
