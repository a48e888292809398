/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Told each time a thread reaches a point between two steps of a protocol at which another thread
 * could be scheduled, and each time it is about to wait for another thread. Found by {@link
 * java.util.ServiceLoader}; where there is none, the points cost nothing.
 *
 * <p>Unlike a {@link CreationListener}, a hook may block: holding one thread at a point while
 * another runs is what it is for. No lock of Keelson's own is held at a point. It is called by all
 * threads, concurrently, and minds its own: for any other thread every method returns at once.
 */
public interface ScheduleHook {

  /**
   * The calling thread is at a point.
   *
   * @param point its stable name, such as {@code "process.exit-observed"}
   */
  void reached(String point);

  /** Whether the calling thread is one of those that the hook schedules. */
  default boolean isMine() {
    return false;
  }

  /**
   * The calling thread, which {@linkplain #isMine is the hook's}, waits. Returns when {@code until}
   * holds, when the time is over, or when the thread is interrupted and that counts; the interrupt
   * status is left alone.
   *
   * @param point the stable name of the place
   * @param until asked at any time, by any of the hook's threads, while no other of them runs
   * @param nanos in the hook's time; {@link Long#MAX_VALUE} is for ever
   */
  default void await(String point, BooleanSupplier until, long nanos, boolean interruptible) {}

  /**
   * The calling thread, which {@linkplain #isMine is the hook's}, does what {@link
   * LockSupport#parkNanos(long)} would do, in the hook's time.
   *
   * @param nanos {@link Long#MAX_VALUE} is for ever
   */
  default void park(String point, long nanos) {}

  /** What {@link LockSupport#unpark} does was done to {@code thread}, which may be anybody's. */
  default void unparked(Thread thread) {}

  /** The time in which the calling thread lives. */
  default long nanoTime() {
    return System.nanoTime();
  }
}
