/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a waker has done, counted where it costs next to nothing: the owner's numbers by the owner
 * alone, those of wakers beside their system call, and the commonest of all with no atomic step and
 * no line that all threads share (each thread adds to the slot of its id; two threads of one slot
 * may lose a count to each other when they meet).
 */
final class WakeCounts {

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

  /** A cache line of longs. */
  private static final int LINE = 8;

  private static final int SLOTS =
      Math.min(16, 2 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

  private static final int DELIVERED = 0;
  private static final int ROUSED = 1;
  private static final int LATE = 2;

  /** Of wakers: the rare ones in the first line, then a line for each slot. */
  private final long[] slots = new long[(SLOTS + 1) * LINE];

  /** Of the owner: written by it alone, read racily by {@link #stats}. */
  private long taken;

  private long waits;
  private long spurious;
  private long missed;

  /** For {@link Oracle}, which alone looks at {@link #rousedAt}. */
  private boolean tellsWhenRoused = Oracle.BOX_NANOS > 0;

  private volatile long rousedAt = tellsWhenRoused ? System.nanoTime() : 0;

  /** The one token that close sets itself, if it does. */
  private volatile int foreignTokens;

  void coalesced() {
    int slot = ((int) Thread.currentThread().getId() & (SLOTS - 1)) * LINE + LINE;
    SLOT.setOpaque(slots, slot, (long) SLOT.getOpaque(slots, slot) + 1);
  }

  void delivered() {
    SLOT.getAndAdd(slots, DELIVERED, 1L);
  }

  void roused() {
    SLOT.getAndAdd(slots, ROUSED, 1L);
    if (tellsWhenRoused) {
      rousedAt = System.nanoTime();
    }
  }

  /** Before it is shared. */
  void tellsWhenRoused() {
    tellsWhenRoused = true;
    rousedAt = System.nanoTime();
  }

  /** When the last rouse was done, in nanoseconds as {@link System#nanoTime} has them. */
  long rousedAt() {
    return rousedAt;
  }

  void late() {
    SLOT.getAndAdd(slots, LATE, 1L);
  }

  void taken(long word) {
    if ((word & WakeWord.TOKEN) != 0) {
      taken++;
    }
  }

  void waits() {
    waits++;
  }

  void spurious() {
    spurious++;
  }

  void missed() {
    missed++;
  }

  /** The word before it was closed. */
  void closed(long word) {
    foreignTokens = (word & WakeWord.TOKEN) == 0 ? 1 : 0;
  }

  /** Every token was set by a wake that was delivered or elided: the elided need not be counted. */
  WakeStats stats(long word) {
    long tokens = taken + ((word & WakeWord.TOKEN) == 0 ? 0 : 1) - foreignTokens;
    long delivered = rare(DELIVERED);
    long elided = Math.max(0, tokens - delivered);
    long coalesced = 0;
    for (int slot = LINE; slot < slots.length; slot += LINE) {
      coalesced += (long) SLOT.getOpaque(slots, slot);
    }
    return new WakeStats(
        delivered + elided + coalesced,
        delivered,
        elided,
        coalesced,
        rare(ROUSED),
        waits,
        spurious,
        rare(LATE),
        missed);
  }

  private long rare(int which) {
    return (long) SLOT.getVolatile(slots, which);
  }
}
