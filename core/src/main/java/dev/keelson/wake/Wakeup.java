/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import javax.annotation.concurrent.Immutable;

/**
 * Why a wait came to an end, and the reasons that had been given until then.
 *
 * <p>Immutable and safe for use by multiple threads. Compare with {@link #equals}: the instances of
 * common reasons are shared, so that a wait allocates nothing.
 */
@Immutable
public final class Wakeup {

  /** How a wait ends. */
  public enum Kind {
    /** Somebody woke the waker. */
    SIGNALLED,
    /** Something else is there to be done: a channel is ready, or {@code canBlock} said no. */
    READY,
    /** The time is over, and no wake-up came before. */
    TIMEOUT,
    /** The waker is closed; no wait on it will ever block again. */
    CLOSED
  }

  private static final int LOW = 256;
  private static final Wakeup[] LOW_REASONS = new Wakeup[LOW];
  private static final Wakeup[] SINGLE_REASONS = new Wakeup[Integer.SIZE];
  private static final Wakeup READY = new Wakeup(Kind.READY, 0);
  private static final Wakeup TIMEOUT = new Wakeup(Kind.TIMEOUT, 0);
  private static final Wakeup CLOSED = new Wakeup(Kind.CLOSED, 0);

  static {
    for (int reasons = 0; reasons < LOW; reasons++) {
      LOW_REASONS[reasons] = new Wakeup(Kind.SIGNALLED, reasons);
    }
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      SINGLE_REASONS[bit] = new Wakeup(Kind.SIGNALLED, 1 << bit);
    }
  }

  private final Kind kind;
  private final int reasons;

  private Wakeup(Kind kind, int reasons) {
    this.kind = kind;
    this.reasons = reasons;
  }

  static Wakeup ready() {
    return READY;
  }

  static Wakeup timeout() {
    return TIMEOUT;
  }

  static Wakeup closed(int reasons) {
    return reasons == 0 ? CLOSED : new Wakeup(Kind.CLOSED, reasons);
  }

  /**
   * One for these reasons.
   *
   * @param last the one before, taken again if it says the same: what is not shared is allocated
   *     once for a run of equal ones
   */
  static Wakeup signalled(int reasons, Wakeup last) {
    if (reasons >= 0 && reasons < LOW) {
      return LOW_REASONS[reasons];
    }
    if ((reasons & (reasons - 1)) == 0) {
      return SINGLE_REASONS[Integer.numberOfTrailingZeros(reasons)];
    }
    return last.kind == Kind.SIGNALLED && last.reasons == reasons
        ? last
        : new Wakeup(Kind.SIGNALLED, reasons);
  }

  /** How the wait ended. */
  public Kind kind() {
    return kind;
  }

  /**
   * All reasons that were given since the wait before, or'ed: each is reported exactly once. Not
   * zero only for {@link Kind#SIGNALLED} and {@link Kind#CLOSED}.
   */
  public int reasons() {
    return reasons;
  }

  /** Whether any of these bits is among the reasons. */
  public boolean has(int reasonBits) {
    return (reasons & reasonBits) != 0;
  }

  /** Whether somebody woke the waker. */
  public boolean isSignalled() {
    return kind == Kind.SIGNALLED;
  }

  /** Whether the waker is closed. */
  public boolean isClosed() {
    return kind == Kind.CLOSED;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Wakeup that && that.kind == kind && that.reasons == reasons;
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + reasons;
  }

  @Override
  public String toString() {
    return reasons == 0 ? kind.toString() : kind + " 0x" + Integer.toHexString(reasons);
  }
}
