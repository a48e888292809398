/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * Where Keelson's protocols name the points between two of their steps, and where they wait for
 * other threads. Called by Keelson's own packages; a program that wants its own code explored may
 * call it too: {@link #reach} before each access to what threads share, {@link #await} in place of
 * a loop that spins.
 *
 * <p>Safe for use by multiple threads. Without a {@link ScheduleHook} a point is a test of a
 * constant that the compiler removes, and a wait is the system's.
 */
public final class SchedulePoints {

  private static final @Nullable ScheduleHook HOOK =
      ServiceLoader.load(ScheduleHook.class, SchedulePoints.class.getClassLoader())
          .findFirst()
          .orElse(null);

  static {
    meetParameters();
  }

  private SchedulePoints() {}

  /** HotSpot inlines no method with a parameter whose class its loader has not met by then. */
  private static void meetParameters() {
    requireNonNull(List.of(String.class, BooleanSupplier.class, Thread.class));
  }

  /** Says that the calling thread is at {@code point}; returns when the hook lets it go on. */
  public static void reach(String point) {
    if (HOOK != null) {
      HOOK.reached(point);
    }
  }

  /** Whether a hook decides when the calling thread goes on; a constant where there is no hook. */
  public static boolean controlled() {
    return HOOK != null && HOOK.isMine();
  }

  /**
   * In a thread that a hook {@linkplain #controlled() controls}, waits until {@code until} holds;
   * in any other returns at once. What follows has to look by itself, and to wait in its own way:
   *
   * <pre>{@code
   * while (!done) {
   *   SchedulePoints.await("worker.done", () -> done);
   *   Thread.onSpinWait();
   * }
   * }</pre>
   *
   * @param until reads what other threads write, takes no lock and does nothing else
   */
  public static void await(String point, BooleanSupplier until) {
    await(point, until, Long.MAX_VALUE, false);
  }

  /**
   * As {@link #await(String, BooleanSupplier)}, for at most that long in the time of {@link
   * #nanoTime}, and ended by an interrupt if that counts; the interrupt status stays.
   *
   * @param nanos {@link Long#MAX_VALUE} is for ever
   */
  public static void await(String point, BooleanSupplier until, long nanos, boolean interruptible) {
    if (HOOK != null && HOOK.isMine()) {
      HOOK.await(point, until, nanos, interruptible);
    }
  }

  /** {@link LockSupport#park(Object)}, as a point. */
  public static void park(String point, Object blocker) {
    if (HOOK != null && HOOK.isMine()) {
      HOOK.park(point, Long.MAX_VALUE);
    } else {
      LockSupport.park(blocker);
    }
  }

  /** {@link LockSupport#parkNanos(Object, long)}, as a point. */
  public static void parkNanos(String point, Object blocker, long nanos) {
    if (HOOK != null && HOOK.isMine()) {
      HOOK.park(point, nanos);
    } else {
      LockSupport.parkNanos(blocker, nanos);
    }
  }

  /** {@link LockSupport#unpark}: whoever may be in {@link #park} is woken by it alone. */
  public static void unpark(@Nullable Thread thread) {
    if (HOOK != null && thread != null) {
      HOOK.unparked(thread);
    }
    LockSupport.unpark(thread);
  }

  /** {@link System#nanoTime}, or the hook's time in a thread of its own. */
  public static long nanoTime() {
    return HOOK == null ? System.nanoTime() : HOOK.nanoTime();
  }
}
