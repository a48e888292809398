/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Body;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A thread that runs only while it has the baton.
 *
 * <p>Everything without a word of its own is guarded by the baton's lock.
 */
final class Actor extends Thread {

  enum State {
    /** At a point; goes on when it is given the baton. */
    READY,
    /** Has the baton. */
    RUNNING,
    /** Waits; goes on when it is given the baton, which it may be if {@link #isAwake}. */
    WAITING,
    /** Blocks where nobody told of it, without the baton. */
    OUTSIDE,
    OVER
  }

  final Baton baton;
  final int index;
  private final Body body;

  State state = State.READY;
  String point = "start";

  /** Of one that waits: what for, until when, and whether an interrupt counts. */
  private BooleanSupplier until = () -> true;

  private long deadline = Long.MAX_VALUE;
  private boolean interruptible;

  /** What {@link LockSupport#unpark} gives. */
  boolean permit;

  /** Set by whoever gives it the baton, and taken back by itself. */
  private volatile boolean given;

  /**
   * Whether it runs its body: false from before it lets the baton go until it has noticed that it
   * has it again. A thread that is parked while this holds is parked in its body.
   */
  private volatile boolean inBody;

  /** It was interrupted while it had to stand still; set before the status is cleared. */
  private volatile boolean interruptKept;

  /** Its own: it has been told that the schedule is over. */
  boolean told;

  Actor(Baton baton, int index, String name, Body body) {
    super(name);
    this.baton = baton;
    this.index = index;
    this.body = body;
    setDaemon(true);
  }

  @Override
  public void run() {
    Throwable failure = null;
    try {
      awaitTurn();
      if (!baton.isOver()) {
        requireHook();
        body.run();
      }
    } catch (Throwable e) { // the schedule's finding, an assertion mostly
      failure = e;
    }
    inBody = false;
    baton.ended(this, failure);
  }

  /** Without it every schedule would be the same, and green. */
  private static void requireHook() {
    if (!SchedulePoints.controlled()) {
      throw new IllegalStateException(
          "core has another ScheduleHook than the testkit's, or none, and so nothing is explored:"
              + " load both by one class loader, with the testkit's META-INF/services");
    }
  }

  boolean isInBody() {
    return inBody;
  }

  /** By itself, before it lets go. */
  void standsStill() {
    inBody = false;
  }

  void waitsFor(String where, BooleanSupplier wanted, long end, boolean interruptCounts) {
    state = State.WAITING;
    point = where;
    until = wanted;
    deadline = end;
    interruptible = interruptCounts;
  }

  /** Whether one that waits may go on. */
  boolean isAwake(long now) {
    // The status first: whoever clears it has set the other before.
    return deadline <= now || (interruptible && (isInterrupted() || interruptKept)) || holds();
  }

  private boolean holds() {
    try {
      return until.getAsBoolean();
    } catch (Throwable e) {
      return true; // it looks again by itself, and throws where that is its own affair
    }
  }

  /** Until when it waits; {@link Long#MAX_VALUE} is for ever. */
  long deadline() {
    return state == State.WAITING ? deadline : Long.MAX_VALUE;
  }

  void give() {
    given = true;
    LockSupport.unpark(this);
  }

  /** Stands still until it has the baton. */
  void awaitTurn() {
    while (!given) {
      LockSupport.park(baton);
      keepInterrupt();
    }
    given = false;
    if (interruptKept) {
      interruptKept = false;
      interrupt();
    }
    inBody = true;
  }

  @SuppressWarnings("ResultOfMethodCallIgnored")
  private void keepInterrupt() {
    if (isInterrupted()) {
      interruptKept = true;
      Thread.interrupted(); // else each further park would end at once
    }
  }
}
