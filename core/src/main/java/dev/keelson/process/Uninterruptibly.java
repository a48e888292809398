/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/** Waits through interrupts and keeps them for later. */
final class Uninterruptibly {

  /** Something that waits. */
  @FunctionalInterface
  interface Wait {
    void run() throws InterruptedException;
  }

  private Uninterruptibly() {}

  /** Repeats the wait until it comes to an end, then restores the interrupt if there was one. */
  static void run(Wait wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          wait.run();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
