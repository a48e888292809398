/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Durations;
import java.io.IOException;

/**
 * How a thread sleeps and is roused. It carries no data and decides nothing: the word of the {@link
 * WakeProtocol} does.
 *
 * <p>The owner calls {@link #enter}, {@link #sleep} and {@link #leave}; {@link #rouse} is called by
 * any thread, also late, when the owner has left or has come back, or sleeps in something else.
 */
interface Transport {

  /** The calling thread is about to arm. What it writes here every later rouse sees. */
  void enter();

  /**
   * Sleeps until roused, until {@code nanos} are over, until the thread is interrupted, or for no
   * reason. Looks at {@link WakeProtocol#isPending} first, where nothing can come any more between
   * the look and the sleep that eats a rouse; a rouse after that look ends the sleep.
   *
   * @param nanos zero looks without sleeping; {@link Durations#NEVER} has no end
   * @return whether something else that the owner waits for is there
   */
  boolean sleep(long nanos, WakeProtocol protocol) throws IOException;

  /** Ends the owner's sleep, or its next one if it does not sleep yet. Never waits. */
  void rouse() throws IOException;

  /** The owner has come out of its wait. */
  void leave();

  /** The time in which {@link #sleep} counts. */
  default long nanoTime() {
    return System.nanoTime();
  }

  /** Takes out what earlier rouses left behind. */
  default void drain() throws IOException {}

  /** Closes what this transport opened. Called once, when nobody uses it any more. */
  default void release() {}
}
