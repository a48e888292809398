/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

/**
 * Told each time a thread of Keelson's reaches a point between two steps of a protocol at which
 * another thread could be scheduled. Found by {@link java.util.ServiceLoader}; where there is none,
 * the points cost nothing.
 *
 * <p>Unlike a {@link CreationListener}, a hook may block: holding one thread at a point while
 * another runs is what it is for. No lock of Keelson's is held at a point.
 */
@FunctionalInterface
public interface ScheduleHook {

  /**
   * The calling thread is at a point.
   *
   * @param point its stable name, such as {@code "process.exit-observed"}
   */
  void reached(String point);
}
