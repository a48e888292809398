/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread that is made before it is needed, for what must be done where no thread can be
 * had: else whoever serves everybody would have to do it, and would serve nobody meanwhile.
 */
final class Reserve {

  private static final System.Logger LOGGER = System.getLogger(Reserve.class.getPackageName());
  private static final BlockingQueue<Runnable> TASKS = new LinkedBlockingQueue<>();
  private static final AtomicBoolean MAKING = new AtomicBoolean();

  private static volatile boolean there;

  private Reserve() {}

  /** Makes it, if it is not there and can be made. */
  static void prepare() {
    if (there || !MAKING.compareAndSet(false, true)) { // against others who start the first
      return;
    }
    try {
      Daemons.newThread("keelson-reserve", Reserve::serve).start();
      there = true;
    } catch (OutOfMemoryError noThreadCanBeHad) {
      MAKING.set(false); // the next one may have more luck
    }
  }

  /** Has it run the task after those before it; false if it is not there. */
  static boolean take(Runnable task) {
    return there && TASKS.add(task);
  }

  private static void serve() {
    Daemons.retainCurrentThread();
    while (true) {
      try {
        run(TASKS.take());
      } catch (InterruptedException e) {
        // nobody has a reason to
      } catch (RuntimeException | Error e) {
        Daemons.complain(LOGGER, "a task has failed for which there was no worker", e);
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
