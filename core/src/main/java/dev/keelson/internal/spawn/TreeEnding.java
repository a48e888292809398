/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;

/**
 * How a tree is to be ended: asked first, and how long it is given before it is made to. The grace
 * can be cut short at any time by any thread; that cannot be taken back.
 *
 * <p>Safe for use by multiple threads, of which one at a time may {@link #shorten} it.
 */
public final class TreeEnding {

  private volatile long deadline;
  private final boolean impatient;
  private final Time time;
  private final Time.Gate hurried;

  /**
   * An ending whose grace begins now and that no interrupt cuts short; see the other constructor.
   */
  public TreeEnding(long graceNanos) {
    this(graceNanos, false);
  }

  /**
   * An ending whose grace begins now.
   *
   * @param graceNanos the time between TERM and KILL; zero or less means KILL at once
   * @param impatient whether an interrupt of the thread that ends the tree ends the grace
   */
  public TreeEnding(long graceNanos, boolean impatient) {
    this(Time.SYSTEM, graceNanos, impatient);
  }

  /** The same in another time. */
  public TreeEnding(Time time, long graceNanos, boolean impatient) {
    this.time = time;
    this.impatient = impatient;
    hurried = time.newGate();
    deadline = Durations.after(time.nanoTime(), graceNanos);
    if (graceNanos <= 0) {
      hurried.open();
    }
  }

  /** Ends the grace now. */
  public void hurry() {
    hurried.open();
  }

  /** Leaves that much of the grace at most, from now on. */
  public void shorten(long graceNanos) {
    if (graceNanos <= 0) {
      hurry();
    }
    long end = Durations.after(time.nanoTime(), graceNanos);
    if (end - deadline < 0) {
      deadline = end;
    }
  }

  /** Whether an interrupt of the thread that ends the tree ends the grace. */
  public boolean isImpatient() {
    return impatient;
  }

  /** Whether the grace is over. */
  public boolean graceIsOver() {
    return hurried.isOpen() || graceLeft() <= 0;
  }

  /** What is left of the grace if nobody hurries, in nanoseconds. */
  public long graceLeft() {
    return deadline - time.nanoTime();
  }

  /** Waits for at most {@code nanos}, or until the grace is over; keeps an interrupt for later. */
  public void pause(long nanos) {
    boolean interrupted = false;
    try {
      long end = time.nanoTime() + Math.min(nanos, deadline - time.nanoTime());
      for (long left = end - time.nanoTime(); left > 0; left = end - time.nanoTime()) {
        try {
          if (hurried.await(left)) {
            return;
          }
        } catch (InterruptedException e) {
          interrupted = true;
          if (impatient) {
            hurry();
            return;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
