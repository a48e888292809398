/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.time.Duration;
import java.util.concurrent.locks.Lock;
import javax.annotation.Nullable;

/**
 * A program whose threads log through one handler. One thread dies while it logs; later another one
 * wants to log one line.
 */
final class LoggingProgram {

  private static final long STACK_BYTES = 256 * 1024;

  /** How the first thread dies. */
  enum Death {
    /** Its code is right, but it walks something too deep, and logs around each step. */
    STACK_OVERFLOW,
    /** Something throws after the lock and before the try: the usual mistake. */
    EXCEPTION
  }

  private final Death death;
  private final Lock handler;
  private final Thread worker = new Thread(this::logOnce, "worker");

  /** What the handler writes; guarded by its lock. */
  private final StringBuilder lines = new StringBuilder();

  LoggingProgram(Death death, Lock handler) {
    this.death = death;
    this.handler = handler;
    worker.setDaemon(true);
  }

  private void log() throws InterruptedException {
    handler.lockInterruptibly();
    try {
      lines.append('.');
    } finally {
      handler.unlock();
    }
  }

  /** Logs around the rest of the walk, as a handler does that formats its arguments. */
  private void walk(int depth) {
    handler.lock();
    try {
      lines.append('.');
      if (depth < Integer.MAX_VALUE) {
        walk(depth + 1);
      }
    } finally {
      handler.unlock();
    }
  }

  @SuppressWarnings("LockNotBeforeTry") // the mistake that is shown
  private void logBadly(@Nullable String message) {
    handler.lock();
    if (message == null) {
      throw new IllegalArgumentException("no message");
    }
    try {
      lines.append('.');
    } finally {
      handler.unlock();
    }
  }

  private void logOnce() {
    try {
      log();
    } catch (InterruptedException e) {
      // The program is ended.
    }
  }

  /** Ends the thread that waits for the lock, if it does. */
  void end() throws InterruptedException {
    worker.interrupt();
    worker.join();
  }

  /**
   * Runs both; the second one is left parked where it does not come to its end.
   *
   * @return whether it did, in time
   */
  boolean run(Duration deadline) throws InterruptedException {
    Thread walker =
        new Thread(
            null,
            () -> {
              try {
                if (death == Death.STACK_OVERFLOW) {
                  walk(0);
                } else {
                  logBadly(null);
                }
              } catch (StackOverflowError | IllegalArgumentException e) {
                // Somebody logs it, the program goes on.
              }
            },
            "walker",
            STACK_BYTES);
    walker.start();
    walker.join();
    worker.start();
    worker.join(deadline.toMillis());
    return !worker.isAlive();
  }
}
