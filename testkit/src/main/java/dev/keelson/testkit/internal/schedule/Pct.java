/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import javax.annotation.Nullable;

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized
 * Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010). The threads have an order,
 * drawn by lot, and the first of those that can goes on; at {@code depth - 1} steps, drawn by lot,
 * the one that went on before becomes the last. A bug that takes {@code depth} ordering constraints
 * among {@code n} threads of {@code k} steps together is found by one schedule with a probability
 * of at least {@code 1 / (n * k^(depth - 1))}.
 *
 * <p>Beyond the paper, one that {@linkplain #tired spins} becomes the last, too.
 */
final class Pct implements Strategy {

  private final SplittableRandom random;
  private final Set<Integer> changes = new HashSet<>();

  /** The first one first. */
  private final List<Actor> order = new ArrayList<>();

  /**
   * For one schedule.
   *
   * @param length how many steps a schedule takes, as far as is known
   */
  Pct(long seed, int depth, int length) {
    random = new SplittableRandom(seed);
    for (int i = 1; i < depth; i++) {
      changes.add(1 + random.nextInt(Math.max(1, length - 1)));
    }
  }

  @Override
  public void added(Actor actor) {
    order.add(random.nextInt(order.size() + 1), actor);
  }

  @Override
  public Actor next(List<Actor> able, @Nullable Actor last, int step) {
    if (last != null && changes.contains(step)) {
      tired(last);
    }
    return order.stream().filter(able::contains).findFirst().orElse(able.get(0));
  }

  @Override
  public void tired(Actor actor) {
    if (order.remove(actor)) {
      order.add(actor);
    }
  }
}
