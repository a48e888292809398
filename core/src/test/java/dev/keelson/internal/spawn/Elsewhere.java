/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

/** Does something on another thread, and returns when it is done. */
final class Elsewhere {

  private Elsewhere() {}

  static void run(Runnable task) {
    Thread thread = new Thread(task, "elsewhere");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
