/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The word of a {@link WakeProtocol}, and how it may be touched; each access is named after its
 * strength. Open to subclasses for the tests, which put themselves between any two accesses.
 */
class WakeWord {

  /** What the pending wake-up is for, or'ed. */
  static final long REASONS = 0xffff_ffffL;

  /** A wake-up is pending: set by wakers, taken by the owner. */
  static final long TOKEN = 1L << 32;

  /** The owner sleeps, or is about to: whoever sets TOKEN must rouse it. */
  static final long ARMED = 1L << 33;

  /** A thread is in await, and it alone says where it sleeps. */
  static final long OWNED = 1L << 34;

  /**
   * Owned and armed for good: a loop of somebody else's sleeps, and takes tokens when it comes by.
   */
  static final long KEYED = 1L << 35;

  /** For good. */
  static final long CLOSED = 1L << 36;

  /** A rouse failed: the owner may be asleep with TOKEN set, and every further wake says so. */
  static final long BROKEN = 1L << 37;

  /** The transport is closed, or is being closed by the one who set this. */
  static final long RELEASED = 1L << 38;

  private static final int IN_FLIGHT_SHIFT = 39;

  /** One of a count: who may still touch the transport without being its owner. */
  static final long IN_FLIGHT = 1L << IN_FLIGHT_SHIFT;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(WakeWord.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through WORD
  private volatile long word;

  long getOpaque() {
    return (long) WORD.getOpaque(this);
  }

  long getVolatile() {
    return (long) WORD.getVolatile(this);
  }

  /** Orders all that this thread stored before it ahead of all that it reads after it. */
  void fullFence() {
    VarHandle.fullFence();
  }

  boolean cas(long expected, long next) {
    return WORD.compareAndSet(this, expected, next);
  }

  /** Returns the word before. */
  long getAndOr(long bits) {
    return (long) WORD.getAndBitwiseOr(this, bits);
  }

  /** Returns the word before. */
  long getAndAnd(long bits) {
    return (long) WORD.getAndBitwiseAnd(this, bits);
  }

  /** Returns the word before. */
  long getAndAdd(long amount) {
    return (long) WORD.getAndAdd(this, amount);
  }

  static boolean inFlight(long seen) {
    return seen >>> IN_FLIGHT_SHIFT != 0;
  }

  /** For people. */
  static String describe(long seen) {
    StringBuilder text = new StringBuilder("Waker[");
    if ((seen & CLOSED) != 0) {
      text.append("closed");
    } else if ((seen & KEYED) != 0) {
      text.append("key in a selector");
    } else {
      text.append((seen & ARMED) != 0 ? "awaited" : "idle");
    }
    if ((seen & BROKEN) != 0) {
      text.append(", broken");
    }
    if ((seen & (TOKEN | CLOSED)) == TOKEN) {
      text.append(", pending 0x").append(Integer.toHexString((int) seen));
    }
    return text.append(']').toString();
  }
}
