/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one thread that is made before it is needed, for what must be done where no thread can be
 * had: else whoever serves everybody would have to do it, and would serve nobody meanwhile.
 */
final class Reserve {

  // No static field: an initializer that found no memory once would fail for ever.

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  /** Starts it. */
  Reserve() {
    Daemons.newThread("keelson-reserve", this::serve).start();
  }

  /** Has it run the task after those before it. */
  void take(Runnable task) {
    tasks.add(task);
  }

  private void serve() {
    Daemons.retainCurrentThread();
    while (true) {
      try {
        run(tasks.take());
      } catch (InterruptedException e) {
        // nobody has a reason to
      } catch (RuntimeException | Error e) {
        Daemons.complain(Reserve.class, "a task has failed for which there was no worker", e);
      }
    }
  }

  /** Tasks are many and may take long; there may be threads again. */
  private static void run(Runnable task) {
    try {
      Daemons.workers().execute(task);
    } catch (OutOfMemoryError noThreadCanBeHad) {
      task.run();
    }
  }
}
