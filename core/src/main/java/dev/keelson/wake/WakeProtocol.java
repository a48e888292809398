/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Durations;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/** The owner's half of the protocol that {@link Waker} tells: waits, takes, and becomes a key. */
class WakeProtocol extends Rousing {

  private static final int READY = 1;
  private static final int INTERRUPTED = 2;

  private Wakeup last = Wakeup.timeout();

  WakeProtocol(Transport own) {
    super(own);
  }

  boolean interrupted() {
    return Thread.interrupted();
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
      Wakeup taken = outcome(seen, Wakeup.timeout()); // first: there may be no memory for it
      if ((seen & TOKEN) == 0) {
        return taken;
      }
      if (cas(seen, seen & ~(TOKEN | REASONS))) { // the race with wakers, who add reasons
        counts.taken(seen);
        return taken;
      }
    }
  }

  private Wakeup takeKeyed() {
    long seen = getOpaque();
    // The race with close, which must not release what is drained.
    while ((seen & CLOSED) == 0 && !cas(seen, seen + IN_FLIGHT)) {
      seen = getOpaque();
    }
    boolean open = (seen & CLOSED) == 0;
    try {
      if (open) {
        own().drain();
      }
    } catch (IOException e) {
      failed(e);
      throw new UncheckedIOException("the waker's descriptor failed", e);
    } finally {
      seen = getAndAnd(~(TOKEN | REASONS)); // after the drain
      counts.taken(seen);
      if (open) {
        leaveFlight();
      }
    }
    return outcome(seen, Wakeup.timeout());
  }

  /**
   * Waits, and takes what ended the wait unless {@code keep}.
   *
   * @param nanos zero looks, {@link Durations#NEVER} has no end
   */
  final Wakeup await(
      Transport in,
      long nanos,
      @Nullable BooleanSupplier canBlock,
      boolean interruptible,
      boolean keep)
      throws InterruptedException {
    SchedulePoints.reach("wake.waiting");
    boolean interrupted = interrupted();
    if (interrupted && interruptible) {
      throw new InterruptedException();
    }
    try {
      long seen = getOpaque();
      while ((seen & (TOKEN | OWNED | CLOSED | BROKEN)) == TOKEN && !keep) {
        Wakeup taken = outcome(seen, Wakeup.timeout()); // first: there may be no memory for it
        if (cas(seen, seen & ~(TOKEN | REASONS))) { // the race with wakers, who add reasons
          counts.taken(seen);
          return taken; // pending already: one step, nothing armed
        }
        seen = getOpaque();
      }
      long deadline = nanos == 0 || nanos >= Durations.NEVER ? nanos : in.nanoTime() + nanos;
      boolean ready = false;
      boolean whole = false;
      seen = getAndOr(OWNED);
      if ((seen & OWNED) != 0) {
        throw secondOwner(seen); // the race of two owners: the second changed nothing
      }
      try {
        try {
          arm(in);
          if (!isPending()) {
            ready = canBlock != null && !canBlock.getAsBoolean();
            if (!ready) {
              int ended = sleep(in, nanos, deadline, interruptible);
              ready = (ended & READY) != 0;
              interrupted |= (ended & INTERRUPTED) != 0;
            }
          }
        } finally {
          leave(in);
        }
        whole = true;
      } finally {
        // Disarms and takes in one step: there is no moment between the two. Here and not deeper:
        // where the stack had room to own it, it has room to give it back.
        long stays = keep || !whole ? ~(OWNED | ARMED) : ~(OWNED | ARMED | TOKEN | REASONS);
        seen = getAndAnd(stays);
        releaseIfLast(seen & stays);
      }
      if (!keep) {
        counts.taken(seen);
      }
      return outcome(seen, ready ? Wakeup.ready() : Wakeup.timeout());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

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
      if (left > 0 && left < Durations.NEVER) {
        left = Math.max(0, deadline - in.nanoTime()); // from the deadline, whatever woke us
      }
      if (left == 0 || (ended & READY) != 0 || isPending()) {
        return ended;
      }
      counts.spurious();
    }
  }

  /** Only who owns the word may say where it sleeps, and must before it is armed. */
  private void arm(Transport in) {
    in.enter();
    sleepsIn(in);
    getAndOr(ARMED); // the race with wakers: whoever comes later rouses
    counts.waits();
    SchedulePoints.reach("wake.armed");
  }

  private void leave(Transport in) {
    SchedulePoints.reach("wake.returning");
    sleepsIn(null);
    in.leave();
  }

  /** What a wait that keeps it would end with at once; a timeout if it would not end. */
  final Wakeup pending() {
    return outcome(getVolatile(), Wakeup.timeout());
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

  /** From now on a loop of somebody else's sleeps, in what {@code transport} rouses. */
  final boolean becomeKeyed(Transport transport) {
    long seen;
    do {
      seen = getOpaque();
      if ((seen & (OWNED | CLOSED)) != 0) {
        return false; // not owned for a moment even: whoever waits on a closed one returns at once
      }
    } while (!cas(seen, seen | OWNED)); // the race with owners, late wakers, and with close
    own(transport);
    sleepsIn(transport);
    while (true) {
      seen = getOpaque();
      boolean rouses = (seen & (TOKEN | CLOSED)) == TOKEN; // from before anybody knew of the key
      long next = (seen | ARMED | KEYED) + (rouses ? IN_FLIGHT : 0);
      // The race with wakers, and with close, which from now on finds something to release.
      if (cas(seen, next)) {
        if (rouses) {
          rouseOwn(transport);
        } else {
          releaseIfLast(next);
        }
        return true;
      }
    }
  }

  /** Counted in flight by whoever calls it. */
  private void rouseOwn(Transport transport) {
    try {
      transport.rouse();
    } catch (IOException e) {
      failed(e);
      throw new UncheckedIOException("the waker's key cannot be made ready", e);
    } finally {
      leaveFlight();
    }
  }
}
