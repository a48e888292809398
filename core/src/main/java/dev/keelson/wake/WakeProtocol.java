/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/** Decides about every wake-up, by the word it inherits; a {@link Transport} only ends a sleep. */
class WakeProtocol extends WakeWord {

  /*
   * Transitions
   * -----------
   *   wake    TOKEN set          ->  more REASONS                          COALESCED
   *           not ARMED          ->  TOKEN, REASONS                        ELIDED
   *           ARMED              ->  TOKEN, REASONS, IN_FLIGHT + 1; rouse; IN_FLIGHT - 1   DELIVERED
   *           CLOSED             ->  no change                             CLOSED
   *   await   TOKEN              ->  TOKEN and REASONS taken, and no wait
   *           not OWNED          ->  OWNED, then ARMED; look; [canBlock;] sleep until TOKEN, CLOSED, time or interrupt
   *           OWNED by it        ->  neither, and TOKEN and REASONS taken, unless an exception ends the wait: then they are kept
   *   take    not OWNED          ->  TOKEN and REASONS taken
   *           KEYED              ->  IN_FLIGHT + 1; drain; TOKEN and REASONS taken; IN_FLIGHT - 1
   *   close   not CLOSED         ->  CLOSED, TOKEN, and a rouse as in wake
   *   anyone  CLOSED, not OWNED or KEYED, IN_FLIGHT = 0, not RELEASED  ->  RELEASED; release
   *   register  not OWNED        ->  OWNED, then ARMED and KEYED, and both for good
   *
   * Why no wake-up is lost
   * ----------------------
   * Arming and waking are read-modify-writes of one word, so they have an order. Wake first: the owner sees TOKEN when it arms, and
   * does not sleep. Arm first: the waker sees ARMED, and the one that turns TOKEN on rouses. There is one such waker an arm, hence
   * at most one write an arm. The rouse comes after the token (else the owner could wake, find nothing, eat the rouse and sleep
   * on), and a transport that has to be drained is drained before the token is taken (else the drain could eat the rouse of a token
   * set in between). A rouse that comes too late meets an owner that has left, or makes a later sleep end for nothing, once: the
   * owner goes back to sleep unless it finds TOKEN.
   *
   * A wait that runs out of time takes the token in the same step with which it disarms: the token wins, and there is no instant at
   * which a waker was told DELIVERED and the owner TIMEOUT.
   *
   * Why the owner sees what the waker did
   * -------------------------------------
   * Every wake that is not refused either writes the word by compare-and-set, also when that changes nothing, or passes a full
   * fence before it reads that its token and reasons are set. The owner takes tokens by a read-modify-write and looks at its work
   * afterwards. So a wake that found TOKEN set stands before the take of that very token, and what was stored before it, by a plain
   * store even, is seen after the take.
   *
   * Why close is safe at any time
   * -----------------------------
   * Whoever may touch the transport is either the armed owner or counted. RELEASED is set by the first who sees, after its own step,
   * that the word is closed and neither is left; being a bit it is set once, and an owner that arms afterwards sees CLOSED and
   * touches nothing.
   */

  /**
   * Where the owner sleeps. Plain: written before ARMED is set, which a waker sees first. A late
   * waker may see another one, or none, and rouses whom it sees, for nothing.
   */
  private @Nullable Transport sleepsIn;

  /** What is to be released after {@link #close}; set once, before KEYED or any wake. */
  private Transport own;

  private final WakeCounts counts = new WakeCounts();
  private volatile @Nullable Throwable breakage;
  private Wakeup last = Wakeup.timeout();

  WakeProtocol(Transport own) {
    this.own = own;
  }

  boolean interrupted() {
    return Thread.interrupted();
  }

  void sleepsIn(@Nullable Transport transport) {
    sleepsIn = transport;
  }

  @Nullable
  Transport sleepsIn() {
    return sleepsIn;
  }

  // The wakers' side.

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
        counts.delivered();
        rouse();
        return WakeResult.DELIVERED;
      }
      seen = getOpaque();
    }
  }

  /** State first, rouse last; counted in flight meanwhile. */
  private void rouse() {
    SchedulePoints.reach("wake.claimed");
    boolean done = false;
    try {
      if ((getVolatile() & TOKEN) == 0) {
        counts
            .late(); // the owner woke for another reason and has taken it: there is nobody to rouse
      } else {
        Transport target = sleepsIn();
        if (target != null) {
          target.rouse();
          counts.roused();
        }
      }
      done = true;
    } catch (IOException e) {
      breakage = e;
      throw new UncheckedIOException("the waker's owner cannot be roused", e);
    } finally {
      if (!done) {
        getAndOr(BROKEN);
      }
      leaveFlight();
    }
  }

  private void leaveFlight() {
    releaseIfLast(getAndAdd(-IN_FLIGHT) - IN_FLIGHT);
  }

  private IllegalStateException broken() {
    return new IllegalStateException(
        "a wake-up could not be delivered before and the owner may be asleep; close this waker and"
            + " make another",
        breakage);
  }

  // The owner's side.

  boolean isPending() {
    return (getVolatile() & (TOKEN | CLOSED | BROKEN)) != 0;
  }

  final boolean isArmed() {
    return (getVolatile() & ARMED) != 0;
  }

  final boolean isClosed() {
    return (getVolatile() & CLOSED) != 0;
  }

  /** Takes what is pending, and never waits. */
  final Wakeup take() {
    while (true) {
      long seen = getOpaque();
      if ((seen & KEYED) != 0) {
        return takeKeyed();
      }
      if ((seen & OWNED) != 0) {
        throw secondOwner(seen);
      }
      if ((seen & TOKEN) == 0) {
        return outcome(seen, Wakeup.timeout());
      }
      if (cas(seen, seen & ~(TOKEN | REASONS))) { // the race with wakers, who add reasons
        counts.taken(seen);
        return outcome(seen, Wakeup.timeout());
      }
    }
  }

  private Wakeup takeKeyed() {
    long seen = getOpaque();
    while ((seen & CLOSED) == 0) {
      if (cas(
          seen, seen + IN_FLIGHT)) { // the race with close, which must not release what is drained
        try {
          own.drain();
        } catch (IOException e) {
          breakage = e;
          getAndOr(BROKEN);
          throw new UncheckedIOException("the waker's descriptor failed", e);
        } finally {
          seen = getAndAnd(~(TOKEN | REASONS)); // after the drain: see above
          counts.taken(seen);
          leaveFlight();
        }
        return outcome(seen, Wakeup.timeout());
      }
      seen = getOpaque();
    }
    seen = getAndAnd(~(TOKEN | REASONS));
    counts.taken(seen);
    return outcome(seen, Wakeup.timeout());
  }

  /**
   * Waits, and takes what ended the wait unless {@code keep}.
   *
   * @param nanos zero looks, {@link Deadlines#NEVER} has no end
   */
  final Wakeup await(
      Transport in,
      long nanos,
      @Nullable BooleanSupplier canBlock,
      boolean interruptible,
      boolean keep)
      throws InterruptedException {
    boolean interrupted = interrupted();
    if (interrupted && interruptible) {
      throw new InterruptedException();
    }
    try {
      long seen = getOpaque();
      while ((seen & (TOKEN | OWNED | CLOSED | BROKEN)) == TOKEN && !keep) {
        if (cas(seen, seen & ~(TOKEN | REASONS))) { // the race with wakers, who add reasons
          counts.taken(seen);
          return outcome(seen, Wakeup.timeout()); // pending already: one step, nothing armed
        }
        seen = getOpaque();
      }
      long deadline = nanos == 0 || nanos >= Deadlines.NEVER ? nanos : System.nanoTime() + nanos;
      boolean ready = false;
      boolean whole = false;
      arm(in);
      try {
        if (!isPending()) {
          ready = canBlock != null && !canBlock.getAsBoolean();
          if (!ready) {
            int ended = sleep(in, nanos, deadline, interruptible);
            ready = (ended & READY) != 0;
            interrupted |= (ended & INTERRUPTED) != 0;
          }
        }
        whole = true;
      } finally {
        seen = disarm(in, keep || !whole);
      }
      return outcome(seen, ready ? Wakeup.ready() : Wakeup.timeout());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final int READY = 1;
  private static final int INTERRUPTED = 2;

  private int sleep(Transport in, long nanos, long deadline, boolean interruptible)
      throws InterruptedException {
    int ended = 0;
    long left = nanos;
    while (true) {
      try {
        if (Oracle.BOX_NANOS == 0 ? in.sleep(left, this) : Oracle.sleep(in, left, this)) {
          ended |= READY;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("waiting failed", e);
      }
      if (interrupted()) { // before the token is taken: it is kept
        if (interruptible) {
          throw new InterruptedException();
        }
        ended |= INTERRUPTED; // the status is clear now, else each further sleep would end at once
      }
      if (left > 0 && left < Deadlines.NEVER) {
        left = Math.max(0, deadline - System.nanoTime()); // from the deadline, whatever woke us
      }
      if (left == 0 || (ended & READY) != 0 || isPending()) {
        return ended;
      }
      counts.spurious();
    }
  }

  /** In two steps: only who owns the word may say where it sleeps, and must before it is armed. */
  private void arm(Transport in) {
    long seen = getAndOr(OWNED);
    if ((seen & OWNED) != 0) {
      throw secondOwner(seen); // the race of two owners: the second changed nothing
    }
    in.enter();
    sleepsIn(in);
    getAndOr(ARMED); // the race with wakers: whoever comes later rouses
    counts.waits();
    SchedulePoints.reach("wake.armed");
  }

  /** Disarms and takes in one step: there is no moment between the two. Returns the word before. */
  private long disarm(Transport in, boolean keep) {
    SchedulePoints.reach("wake.returning");
    sleepsIn(null);
    in.leave();
    long stays = keep ? ~(OWNED | ARMED) : ~(OWNED | ARMED | TOKEN | REASONS);
    long seen = getAndAnd(stays);
    if (!keep) {
      counts.taken(seen);
    }
    releaseIfLast(seen & stays);
    return seen;
  }

  private Wakeup outcome(long seen, Wakeup otherwise) {
    if ((seen & CLOSED) != 0) {
      return Wakeup.closed((int) seen);
    }
    if ((seen & TOKEN) != 0) {
      last = Wakeup.signalled((int) seen, last);
      return last;
    }
    if ((seen & BROKEN) != 0) {
      throw broken();
    }
    return otherwise;
  }

  private static IllegalStateException secondOwner(long seen) {
    return new IllegalStateException(
        (seen & KEYED) != 0
            ? "this waker is a key in a selector: wait there, and take by tryTake()"
            : "another thread waits on this waker; a waker has one owner at a time");
  }

  // Its end, and what it became.

  /** From now on a loop of somebody else's sleeps, in what {@code transport} rouses. */
  final boolean becomeKeyed(Transport transport) {
    long seen = getAndOr(OWNED);
    if ((seen & (OWNED | CLOSED)) != 0) {
      if ((seen & OWNED) == 0) {
        getAndAnd(~OWNED);
      }
      return false;
    }
    own = transport;
    sleepsIn(transport);
    seen = getAndOr(ARMED | KEYED); // the race with close, which now finds something to release
    if ((seen & CLOSED) != 0) {
      releaseIfLast(seen | ARMED | KEYED);
    } else if ((seen & TOKEN) != 0) {
      rouseOwn(transport); // it was pending before anybody knew of the key
    }
    return true;
  }

  private void rouseOwn(Transport transport) {
    getAndAdd(IN_FLIGHT);
    try {
      transport.rouse();
    } catch (IOException e) {
      breakage = e;
      getAndOr(BROKEN);
      throw new UncheckedIOException("the waker's key cannot be made ready", e);
    } finally {
      leaveFlight();
    }
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
        counts.closed(seen);
        if (!rouses) {
          releaseIfLast(next);
          return true;
        }
        try {
          rouse();
        } catch (UncheckedIOException broken) {
          // It is released all the same, and whoever takes or waits hears of the end.
        }
        return true;
      }
    }
  }

  private void releaseIfLast(long now) {
    if ((now & (CLOSED | RELEASED)) == CLOSED
        && ((now & OWNED) == 0 || (now & KEYED) != 0)
        && !inFlight(now)
        && (getAndOr(RELEASED) & RELEASED) == 0) { // the race of the last ones out
      own.release();
    }
  }

  final boolean isInFlight() {
    return inFlight(getVolatile());
  }

  final void missed() {
    counts.missed();
  }

  final WakeStats stats() {
    return counts.stats(getVolatile());
  }

  @Override
  public String toString() {
    return describe(getVolatile());
  }
}
