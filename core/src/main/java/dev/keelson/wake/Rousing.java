/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.annotation.Nullable;

/** The wakers' half of the protocol that {@link Waker} tells: wakes, rouses and closes. */
abstract class Rousing extends WakeWord {

  static {
    // Loaded now: a wake must not need a descriptor, as the loading of a class may.
    WakeResult.values();
  }

  /**
   * Where the owner sleeps. Plain: written before ARMED is set, which a waker sees first. A late
   * waker may see another one, or none, and rouses whom it sees, for nothing.
   */
  private @Nullable Transport sleepsIn;

  /** What is to be released after {@link #close}; set once, before KEYED or any wake. */
  private Transport own;

  /** What was before it became a key; released with it. */
  private @Nullable Transport former;

  final WakeCounts counts = new WakeCounts();
  private volatile @Nullable Throwable breakage;

  Rousing(Transport own) {
    this.own = own;
  }

  /** While nobody waits and it is not closed. */
  final void own(Transport transport) {
    former = own == transport ? null : own;
    own = transport;
  }

  final Transport own() {
    return own;
  }

  void sleepsIn(@Nullable Transport transport) {
    sleepsIn = transport;
  }

  @Nullable
  Transport sleepsIn() {
    return sleepsIn;
  }

  final WakeResult wake(int reasons) {
    long bits = TOKEN | (reasons & REASONS);
    long seen = getOpaque();
    if ((seen & (bits | CLOSED | BROKEN)) == bits) {
      // Reading alone lets many wakers share the line; the fence is what makes this read a later
      // one than their stores.
      fullFence();
      seen = getOpaque();
      if ((seen & (bits | CLOSED | BROKEN)) == bits) {
        counts.coalesced();
        return WakeResult.COALESCED;
      }
    }
    while (true) {
      if ((seen & CLOSED) != 0) {
        return WakeResult.CLOSED;
      }
      if ((seen & BROKEN) != 0) {
        throw broken();
      }
      boolean rouses = (seen & (TOKEN | ARMED)) == ARMED;
      // The race with the owner's arming, disarming and taking, with other wakers, and with close.
      if (cas(seen, (seen | bits) + (rouses ? IN_FLIGHT : 0))) {
        if ((seen & TOKEN) != 0) {
          counts.coalesced();
          return WakeResult.COALESCED;
        }
        if (!rouses) {
          return WakeResult.ELIDED;
        }
        try {
          counts.delivered();
          rouse();
        } catch (RuntimeException | Error e) {
          // The stack may end here: by steps that it has just had room for.
          do {
            seen = getOpaque();
          } while (!cas(seen, (seen | BROKEN) - IN_FLIGHT)); // the race with all others
          releaseIfLast((seen | BROKEN) - IN_FLIGHT);
          throw e;
        }
        leaveFlight();
        return WakeResult.DELIVERED;
      }
      seen = getOpaque();
    }
  }

  /** State first, rouse last; counted in flight meanwhile. Whoever calls it leaves the flight. */
  private void rouse() {
    SchedulePoints.reach("wake.claimed");
    try {
      if ((getVolatile() & TOKEN) == 0) {
        counts.late(); // the owner woke for another reason and has taken it: nobody to rouse
      } else {
        Transport target = sleepsIn();
        if (target != null) {
          target.rouse();
          counts.roused();
        }
      }
    } catch (IOException e) {
      failed(e);
      throw new UncheckedIOException("the waker's owner cannot be roused", e);
    }
  }

  final void leaveFlight() {
    releaseIfLast(getAndAdd(-IN_FLIGHT) - IN_FLIGHT);
  }

  final IllegalStateException broken() {
    return new IllegalStateException(
        "a wake-up could not be delivered before and the owner may be asleep; close this waker and"
            + " make another",
        breakage);
  }

  /**
   * Ends the owner's sleep without a token, for whoever may come late: counted in flight, so that
   * what is roused is not released meanwhile.
   */
  final void nudge(Transport transport) {
    long seen = getOpaque();
    while ((seen & ARMED) != 0 && (seen & CLOSED) == 0) { // else nobody sleeps, or close rouses
      if (cas(seen, seen + IN_FLIGHT)) { // the race with close
        try {
          transport.rouse();
        } catch (IOException e) {
          failed(e);
        } finally {
          leaveFlight();
        }
        return;
      }
      seen = getOpaque();
    }
  }

  /** It is told, and every further wake is refused. */
  final void failed(IOException cause) {
    breakage = cause;
    getAndOr(BROKEN);
  }

  boolean isPending() {
    return (getVolatile() & (TOKEN | CLOSED | BROKEN)) != 0;
  }

  final boolean isArmed() {
    return (getVolatile() & ARMED) != 0;
  }

  final boolean isClosed() {
    return (getVolatile() & CLOSED) != 0;
  }

  /** Returns whether this call did it. */
  final boolean close() {
    while (true) {
      long seen = getOpaque();
      if ((seen & CLOSED) != 0) {
        return false;
      }
      boolean rouses = (seen & (TOKEN | ARMED)) == ARMED;
      long next = (seen | CLOSED | TOKEN) + (rouses ? IN_FLIGHT : 0);
      if (cas(seen, next)) { // the race with another close, wakers and the owner
        if (!rouses) {
          counts.closed(seen);
          releaseIfLast(next);
          return true;
        }
        try {
          counts.closed(seen);
          rouse();
        } catch (UncheckedIOException broken) {
          // It is released all the same, and whoever takes or waits hears of the end.
        } catch (RuntimeException | Error e) {
          // The stack may end here: by steps that it has just had room for.
          do {
            seen = getOpaque();
          } while (!cas(seen, (seen | BROKEN) - IN_FLIGHT)); // the race with all others
          releaseIfLast((seen | BROKEN) - IN_FLIGHT);
          throw e;
        }
        leaveFlight();
        return true;
      }
    }
  }

  final void releaseIfLast(long now) {
    if ((now & (CLOSED | RELEASED)) == CLOSED
        && ((now & OWNED) == 0 || (now & KEYED) != 0)
        && !inFlight(now)
        && (getAndOr(RELEASED) & RELEASED) == 0) { // the race of the last ones out
      try {
        own.release();
      } finally {
        if (former != null) {
          former.release();
        }
      }
    }
  }

  final boolean isInFlight() {
    return inFlight(getVolatile());
  }

  final WakeStats stats() {
    return counts.stats(getVolatile());
  }

  @Override
  public String toString() {
    return describe(getVolatile());
  }
}
