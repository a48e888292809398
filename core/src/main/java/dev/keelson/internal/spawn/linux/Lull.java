/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import java.util.concurrent.TimeUnit;
import javax.annotation.concurrent.NotThreadSafe;

/** Says how one reader is to wait when its pipe is empty. */
@NotThreadSafe
final class Lull {

  /*
   * A writer of small blocks
   * ------------------------
   * A reader that the loop wakes for each block pays for two wake-ups, and its writer for the first. So where the last emptiness
   * was short, the next one is waited out in the kernel by the reader itself, for so long as it may be deaf to everything else;
   * then, or if that brought nothing, the loop has it again.
   */

  /** How long an emptiness is short, and how late a reader may hear of a close or an interrupt. */
  static final long SHORT = TimeUnit.MICROSECONDS.toNanos(500);

  private boolean isShort;
  private long began;

  /** Whether this emptiness is likely to be a short one. */
  boolean isShort() {
    return isShort;
  }

  void begins() {
    began = System.nanoTime();
  }

  void ends() {
    isShort = System.nanoTime() - began < SHORT;
  }

  /** It was waited for in vain, or not. */
  void ends(boolean inVain) {
    isShort = !inVain;
  }
}
