/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.List;
import javax.annotation.Nullable;

/** Decides who goes on. For one schedule, and called by one thread at a time. */
interface Strategy {

  /** A thread was added; in the order of their indexes. */
  default void added(Actor actor) {}

  /**
   * Who goes on.
   *
   * @param able those who can, by index; at least one
   * @param last who went on before, able or not; null at the first step
   * @param step the number of this step, from 0
   * @return one of {@code able}; null if what was wanted cannot be done
   */
  @Nullable
  Actor next(List<Actor> able, @Nullable Actor last, int step);

  /** One went on for very long although others could have: it may spin until one of them does. */
  default void tired(Actor actor) {}
}
