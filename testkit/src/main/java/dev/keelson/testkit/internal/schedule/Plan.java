/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import javax.annotation.Nullable;

/**
 * Which schedules are to be tried.
 *
 * @param depth of PCT; 0 is a random walk
 * @param iterations how many
 * @param seed of all that is drawn by lot
 * @param maxSteps how many steps one may take
 * @param replay the token of the only one to try; null if there is none
 */
public record Plan(int depth, int iterations, long seed, int maxSteps, @Nullable String replay) {

  /** Checks what was asked for. */
  public Plan {
    if (depth < 0) {
      throw new IllegalArgumentException("depth is " + depth + "; it must be at least 1");
    }
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "iterations is " + iterations + "; at least one schedule is needed");
    }
    if (maxSteps < 1) {
      throw new IllegalArgumentException(
          "maxSteps is " + maxSteps + "; at least one step is needed");
    }
    if (replay != null) {
      Token.parse(replay);
    }
  }

  /** The strategy of the schedule with that number, from 0. */
  Strategy strategy(int number, int length) {
    long mine = seed * 0x9E3779B97F4A7C15L + number;
    if (number == 0) {
      return new Sequential();
    }
    return depth == 0 ? new RandomWalk(mine) : new Pct(mine, depth, length);
  }

  @Override
  public String toString() {
    return (depth == 0 ? "RANDOM" : "PCT, depth " + depth) + ", seed " + seed;
  }
}
