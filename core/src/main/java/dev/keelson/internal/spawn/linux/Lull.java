/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import java.util.concurrent.TimeUnit;
import javax.annotation.concurrent.NotThreadSafe;

/** Says how one reader is to pass the time when its pipe is empty. */
@NotThreadSafe
final class Lull {

  /*
   * A writer of small blocks
   * ------------------------
   * A reader that is woken for each block makes the writer pay for the wake-up, reads little, and waits again. So where a wait was
   * short and brought only a block, the pipe's next emptiness is not waited out but slept over, for a little while in which the
   * writer fills the pipe undisturbed; and so the next ones, until such a nap has brought nothing. Bytes that are there are never
   * kept back: only who asks for more than there was sleeps.
   */

  /** How long to sleep; what the system makes of it is some 50 microseconds more. */
  static final long NAP = TimeUnit.MICROSECONDS.toNanos(50);

  private static final int SMALLEST_BLOCK = 4 * 1024;
  private static final int LARGEST_BLOCK = 32 * 1024;
  private static final long SHORT = TimeUnit.MICROSECONDS.toNanos(200);

  /** How many bytes have come since the pipe was last found empty. */
  private long gathered;

  /** How the last emptiness was passed: by a nap, or by a wait, which was short. */
  private boolean napped;

  private boolean waitedShortly;
  private long began;

  void came(int bytes) {
    gathered += bytes;
  }

  /** Whether this emptiness is to be slept over, and not to be waited out. */
  boolean isNap() {
    boolean block = gathered >= SMALLEST_BLOCK && gathered <= LARGEST_BLOCK;
    napped = napped ? gathered > 0 : waitedShortly && block;
    gathered = 0;
    began = System.nanoTime();
    return napped;
  }

  /** It was waited out. */
  void waited() {
    waitedShortly = System.nanoTime() - began < SHORT;
  }
}
