/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import dev.keelson.internal.threads.Daemons;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;

/**
 * Watches one call of a hook from the timer: when the budget is spent, takes the stack of the
 * thread that runs it.
 */
final class HookWatch implements Runnable {

  /*
   * RUNNING -> DONE             the hook has returned in time
   * RUNNING -> TAKEN -> TOLD    the budget was spent first
   *
   * The stack is taken before the move to TAKEN: if that move wins, the hook had not returned when
   * its stack was taken, so it is not that of the next hook. TAKEN is transient: a hook that
   * returns then waits for TOLD, so that the interrupt cannot meet what runs after it.
   */
  private static final int RUNNING = 0;
  private static final int DONE = 1;
  private static final int TAKEN = 2;
  private static final int TOLD = 3;

  private final AtomicInteger state = new AtomicInteger(RUNNING);
  private final Thread thread;
  private final Object hook;
  private final BoundaryOptions options;
  private final boolean quietly;

  /** Written before TOLD, read after it. */
  private @Nullable HookOverrunException overrun;

  private @Nullable Future<?> alarm;

  private HookWatch(Object hook, BoundaryOptions options, boolean quietly) {
    this.thread = Thread.currentThread();
    this.hook = hook;
    this.options = options;
    this.quietly = quietly;
  }

  /**
   * Begins to watch the calling thread. Null where that cannot be had, for want of memory or of a
   * thread, or where the timer takes nothing: a hook that nobody watches is better than one that is
   * called before and not after.
   *
   * @param quietly whether the overrun is kept for the end and told to nobody now
   */
  static @Nullable HookWatch begin(Object hook, BoundaryOptions options, boolean quietly) {
    HookWatch watch = null;
    try {
      watch = new HookWatch(hook, options, quietly);
      watch.alarm = Daemons.timer().schedule(watch, options.hookNanos(), TimeUnit.NANOSECONDS);
      return watch;
    } catch (RuntimeException | Error e) {
      end(watch); // it may be queued, for a thread that comes later
      return null;
    }
  }

  /** The overrun of a hook that has returned, if it was watched and not in time. */
  static @Nullable HookOverrunException end(@Nullable HookWatch watch) {
    return watch == null ? null : watch.end();
  }

  private @Nullable HookOverrunException end() {
    if (!state.compareAndSet(RUNNING, DONE)) {
      while (state.get() != TOLD) {
        Thread.onSpinWait();
      }
      return overrun;
    }
    try {
      if (alarm != null) {
        alarm.cancel(false);
      }
    } catch (OutOfMemoryError e) {
      // Then it comes, and does nothing.
    }
    return null;
  }

  @Override
  public void run() {
    StackTraceElement[] live = thread.getStackTrace();
    if (!state.compareAndSet(RUNNING, TAKEN)) {
      return; // returned just now
    }
    HookOverrunException spent = null;
    try {
      spent = new HookOverrunException(message(), live);
      overrun = spent;
      if (options.isInterrupting()) {
        thread.interrupt();
      }
    } finally {
      state.set(TOLD);
    }
    if (!quietly) {
      tell(spent);
    }
  }

  private void tell(HookOverrunException spent) {
    Daemons.workers().execute(() -> options.overrunListener().accept(spent));
  }

  private String message() {
    return hook
        + " at \""
        + options.label()
        + "\" takes longer than "
        + options.hookNanos() / 1_000_000
        + " ms; its stack is what it does now";
  }
}
