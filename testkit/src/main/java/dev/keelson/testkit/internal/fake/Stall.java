/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.testkit.internal.TimeFactor;
import java.time.Duration;
import java.util.Set;

/**
 * Whether the code that a {@link VirtualClock} waits for is blocked, as far as one can tell from
 * outside. For those who hold the clock's lock.
 */
final class Stall {

  /*
   * A thread that has no processor must not be taken for one that is blocked: time would move under it, and a test that is right
   * would fail on a machine that is busy. So what counts is not how long ago anything happened, but how often somebody looked who
   * did get a processor: a pause of the whole JVM, however long, is one look. And a thread that is found running, or was not yet
   * begun, gets ten times as many. For ever it is not waited for: a system call that blocks, or a loop that spins, looks the same.
   */

  /** How far apart the looks are; what comes sooner is none. */
  static final long PAUSE = TimeFactor.scale(Duration.ofMillis(100)).toNanos();

  /** Two seconds, if nobody runs. */
  static final int LOOKS = 20;

  static final int LOOKS_AT_RUNNING = 10 * LOOKS;

  private int looks;
  private long last;

  /** Something happened. */
  void end(long now) {
    looks = 0;
    last = now;
  }

  /**
   * Somebody looks.
   *
   * @param counted how many are waited for
   * @param threads those of them that have begun
   * @return whether they are no longer to be waited for; then the looks begin anew
   */
  boolean look(long now, int counted, Set<Thread> threads) {
    if (now - last < PAUSE) {
      return false;
    }
    last = now;
    looks++;
    if (looks < LOOKS || (looks < LOOKS_AT_RUNNING && isRunning(counted, threads))) {
      return false;
    }
    looks = 0;
    return true;
  }

  private static boolean isRunning(int counted, Set<Thread> threads) {
    if (counted > threads.size()) {
      return true;
    }
    for (Thread thread : threads) {
      if (thread.getState() == Thread.State.RUNNABLE) {
        return true;
      }
    }
    return false;
  }
}
