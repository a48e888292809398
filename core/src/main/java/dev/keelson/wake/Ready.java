/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.util.List;

/**
 * What a {@link WaitSet} found. Immutable.
 *
 * @param wakeup whether the waker was woken, for which reasons; {@link Wakeup.Kind#READY} if only
 *     sources are ready, {@link Wakeup.Kind#TIMEOUT} if nothing is
 * @param sources every source that is ready, whatever {@code wakeup} says; each wait begins the
 *     list one source further on
 */
public record Ready(Wakeup wakeup, List<WaitSource<?>> sources) {

  /** Copies the list. */
  public Ready {
    sources = List.copyOf(sources);
  }

  /** Whether this source is among those that are ready. */
  public boolean has(WaitSource<?> source) {
    return sources.contains(source);
  }
}
