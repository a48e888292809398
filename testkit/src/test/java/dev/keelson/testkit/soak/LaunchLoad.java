/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import dev.keelson.testkit.stress.Shape;
import java.util.Random;

/** Launches and teardowns of every shape, a tenth of which cannot start. */
final class LaunchLoad implements Load {

  private static final Shape[] SHAPES = Shape.values();

  @Override
  public void turn(Random random) throws Exception {
    Shape shape = SHAPES[random.nextInt(SHAPES.length)];
    if (random.nextInt(10) == 0) {
      shape.refused(random);
    } else {
      shape.launch(Long.toHexString(random.nextLong()), random);
    }
  }

  /** Each turn has checked its own; survivors, zombies and descriptors are the oracle's. */
  @Override
  public void audit() {}
}
