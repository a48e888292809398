/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/**
 * One crossing at a time in this JVM. Not a lock: a thread that dies while it crosses loses its
 * turn, so nobody waits for it for ever. Crossings are rare, so whoever waits looks again every few
 * milliseconds.
 */
final class Turn {

  private static final long LOOK_NANOS = 2_000_000;

  private static final AtomicReference<Turn> CURRENT = new AtomicReference<>();

  private final Thread thread = Thread.currentThread();
  private final String label;

  /** The hook that runs, for those who wait; written by {@link #thread}. */
  private volatile @Nullable Object doing;

  private Turn(String label) {
    this.label = label;
  }

  /**
   * Waits for the calling thread's turn.
   *
   * @throws IllegalStateException if it has the turn already
   * @throws BoundaryException if another thread still crosses after {@code nanos}
   */
  static Turn take(String label, long nanos) throws InterruptedException {
    Turn mine = new Turn(label);
    long deadline = System.nanoTime() + nanos;
    while (true) {
      Turn current = CURRENT.get();
      if (current != null && current.thread == mine.thread) {
        throw new IllegalStateException(
            "this thread crosses \""
                + current.label
                + "\" already; neither a hook nor the action may cross a boundary");
      }
      if (current == null || !current.thread.isAlive()) {
        if (CURRENT.compareAndSet(current, mine)) { // of several who saw it free, one
          return mine;
        }
        continue;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (System.nanoTime() - deadline >= 0) {
        throw current.stillCrossing(nanos);
      }
      LockSupport.parkNanos(Turn.class, LOOK_NANOS);
    }
  }

  void doing(@Nullable Object hook) {
    doing = hook;
  }

  /** Gives the turn back. Calls less deep than {@link #take}, which had stack enough. */
  void end() {
    CURRENT.compareAndSet(this, null); // not that of one who took us for dead
  }

  private BoundaryException stillCrossing(long nanos) {
    Object hook = doing;
    BoundaryException failure =
        new BoundaryException(
            "another thread still crosses \""
                + label
                + "\" after "
                + nanos / 1_000_000
                + " ms: "
                + thread.getName()
                + (hook == null ? "" : ", in " + hook),
            BoundaryOutcome.ABORTED,
            null);
    StackTraceElement[] live = thread.getStackTrace();
    failure.addSuppressed(new HookOverrunException("what " + thread.getName() + " does", live));
    return failure;
  }
}
