/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Detaching one of many siblings against detaching one of ten: everybody leaves in random order;
 * and with the number steady, one leaves at random and comes back.
 */
final class LinksDetachBenchmark {

  private static final int FEW = 10;

  private LinksDetachBenchmark() {}

  private static final class Sibling extends LinkedNode<Object> {
    private final Children<Object, Sibling> home; // keeps it, too

    Sibling(Children<Object, Sibling> home) {
      this.home = home;
    }
  }

  static void run(Options options) {
    int many = options.number("siblings", 100_000);
    int rounds = options.number("rounds", 15);
    compare("leaving", rounds, () -> leave(1, many), () -> leave(many / FEW, FEW), options);
    compare("steady", rounds, () -> change(1, many), () -> change(many / FEW, FEW), options);
  }

  private static void compare(
      String name, int rounds, DoubleSupplier ofMany, DoubleSupplier ofFew, Options options) {
    double[] large = new double[rounds];
    double[] small = new double[rounds];
    for (int round = -5; round < rounds; round++) {
      double one = ofMany.getAsDouble();
      double other = ofFew.getAsDouble();
      if (round >= 0) {
        large[round] = one;
        small[round] = other;
      }
    }
    double we = Rounds.median(large);
    double they = Rounds.median(small);
    System.out.printf(
        Locale.ROOT,
        "links-detach/%s keelson=%.1fns peer=%.1fns ratio=%.3f %s%n",
        name,
        we,
        they,
        we / they,
        options.settings());
  }

  /** Nanoseconds a detach. */
  private static double leave(int parents, int siblings) {
    List<Sibling> all = families(parents, siblings);
    long began = System.nanoTime();
    all.forEach(Sibling::detach);
    return (double) (System.nanoTime() - began) / all.size();
  }

  /** Nanoseconds a detach and an attach. */
  private static double change(int parents, int siblings) {
    List<Sibling> all = families(parents, siblings);
    long began = System.nanoTime();
    for (Sibling sibling : all) {
      sibling.detach();
      sibling.home.attach(sibling);
    }
    return (double) (System.nanoTime() - began) / all.size();
  }

  /** In random order. */
  private static List<Sibling> families(int parents, int siblings) {
    List<Sibling> all = new ArrayList<>();
    for (int i = 0; i < parents; i++) {
      Children<Object, Sibling> home = Children.of(new Object());
      for (int k = 0; k < siblings; k++) {
        all.add(new Sibling(home));
      }
    }
    Collections.shuffle(all, new Random(1));
    all.forEach(sibling -> sibling.home.attach(sibling));
    Collections.shuffle(all, new Random(2));
    return all;
  }
}
