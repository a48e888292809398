/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.Executor;

/**
 * Takes what concerns the user to the launcher's executor. It is asked from a worker and not from
 * the engine's loop or the timer: an executor may run its task at once, on the thread that asks.
 *
 * <p>A task that the executor rejects runs on the worker: a late answer on a thread of ours is
 * better than none. For the same reason a task for which no worker can be had, tried for a fifth of
 * a second, runs on the thread that asks; only then may that be the loop.
 */
final class Callbacks {

  private static final int MOST_TRIES = 20;

  private final Executor executor;

  Callbacks(Executor executor) {
    this.executor = executor;
  }

  /** Throws nothing but what {@code task} throws, where it runs on this thread. */
  void run(Runnable task) {
    for (int tries = 0; ; tries++) {
      try {
        ask(task);
        return;
      } catch (OutOfMemoryError e) {
        if (tries == MOST_TRIES) {
          break;
        }
        Daemons.awaitMemory();
      }
    }
    task.run();
  }

  private void ask(Runnable task) {
    if (executor == Daemons.workers()) {
      Daemons.workers().execute(task);
    } else {
      Daemons.workers().execute(() -> handOver(task));
    }
  }

  private void handOver(Runnable task) {
    try {
      executor.execute(task);
    } catch (RuntimeException | Error e) { // whatever a broken executor throws: tasks do not
      Daemons.complain(Callbacks.class, "the executor of a launcher rejects callbacks", e);
      task.run();
    }
  }
}
