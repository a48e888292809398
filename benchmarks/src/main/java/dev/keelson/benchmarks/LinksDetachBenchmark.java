/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Detaching one of many siblings, at random, against detaching one of ten. */
final class LinksDetachBenchmark {

  private static final int FEW = 10;

  private LinksDetachBenchmark() {}

  private static final class Sibling extends LinkedNode<Object> {}

  static void run(Options options) {
    int many = options.number("siblings", 100_000);
    int rounds = options.number("rounds", 15);
    double[] large = new double[rounds];
    double[] small = new double[rounds];
    for (int round = -5; round < rounds; round++) {
      double of100k = detachAll(1, many);
      double of10 = detachAll(many / FEW, FEW);
      if (round >= 0) {
        large[round] = of100k;
        small[round] = of10;
      }
    }
    double we = Rounds.median(large);
    double they = Rounds.median(small);
    System.out.printf(
        Locale.ROOT,
        "links-detach/of-%d keelson=%.1fns peer=%.1fns ratio=%.3f %s%n",
        FEW,
        we,
        they,
        we / they,
        options.settings());
  }

  /** Nanoseconds a detach: everybody leaves, in random order. */
  private static double detachAll(int parents, int siblings) {
    List<Children<Object, Sibling>> containers = new ArrayList<>();
    List<Sibling> all = new ArrayList<>();
    for (int i = 0; i < parents; i++) {
      Children<Object, Sibling> container = Children.of(new Object());
      containers.add(container);
      for (int k = 0; k < siblings; k++) {
        Sibling sibling = new Sibling();
        container.attach(sibling);
        all.add(sibling);
      }
    }
    Collections.shuffle(all, new Random(1));
    long began = System.nanoTime();
    all.forEach(Sibling::detach);
    long took = System.nanoTime() - began;
    if (!containers.get(0).isEmpty()) {
      throw new AssertionError("somebody is left");
    }
    return (double) took / all.size();
  }
}
