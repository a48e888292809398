/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a tree is to be ended: asked first, and how long it is given before it is made to. The grace
 * can be cut short at any time by any thread; that cannot be taken back.
 *
 * <p>Safe for use by multiple threads.
 */
public final class TreeEnding {

  private final long deadline;
  private final boolean impatient;
  private final CountDownLatch hurried = new CountDownLatch(1);

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
    this.impatient = impatient;
    deadline = System.nanoTime() + Math.min(graceNanos, Long.MAX_VALUE / 4);
    if (graceNanos <= 0) {
      hurried.countDown();
    }
  }

  /** Ends the grace now. */
  public void hurry() {
    hurried.countDown();
  }

  /** Whether the grace is over. */
  public boolean graceIsOver() {
    return hurried.getCount() == 0 || deadline - System.nanoTime() <= 0;
  }

  /** Waits for at most {@code nanos}, or until the grace is over; keeps an interrupt for later. */
  public void pause(long nanos) {
    boolean interrupted = false;
    try {
      long end = System.nanoTime() + Math.min(nanos, deadline - System.nanoTime());
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        try {
          if (hurried.await(left, TimeUnit.NANOSECONDS)) {
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
