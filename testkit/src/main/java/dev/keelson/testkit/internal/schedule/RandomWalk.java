/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.List;
import java.util.SplittableRandom;
import javax.annotation.Nullable;

/** Anybody, at every step. */
final class RandomWalk implements Strategy {

  private final SplittableRandom random;

  RandomWalk(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public Actor next(List<Actor> able, @Nullable Actor last, int step) {
    return able.get(able.size() == 1 ? 0 : random.nextInt(able.size()));
  }
}
