/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Errno;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits a moment for what the system is short of: processes, descriptors, memory. That is for
 * launchers that limit their children, where somebody else's shortage passes; without a limit it
 * would be our own, and waiting would make it worse. A start is tried again after 1, 2, 4 ... 128
 * ms, a quarter of a second in all and never beyond the deadline; an interrupt ends the waiting.
 */
final class Patience {

  private static final int LONGEST_PAUSE_MILLIS = 128;

  /** What an engine is asked for. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException;
  }

  private Patience() {}

  static <T> T make(Attempt<T> attempt, Time time, boolean patient, long deadline)
      throws IOException {
    for (int pause = 1; ; pause *= 2) {
      try {
        return attempt.make();
      } catch (IOException e) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(pause);
        if (!patient
            || pause > LONGEST_PAUSE_MILLIS
            || !isShortage(Errno.of(e))
            || deadline - time.nanoTime() <= nanos
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(nanos);
      }
    }
  }

  private static boolean isShortage(int errno) {
    return switch (errno) {
      case Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM -> true;
      default -> false;
    };
  }
}
