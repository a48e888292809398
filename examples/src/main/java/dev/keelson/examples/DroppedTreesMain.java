/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.examples.Bond.Item;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Builds trees, drops them but for one leaf each or keeps them, and prints how long a collection
 * takes then; see {@link S9DroppedTrees}.
 */
final class DroppedTreesMain {

  private static final int DEPTH = 5;
  private static final int WIDTH = 6;
  private static final int COLLECTIONS = 5;

  private DroppedTreesMain() {}

  public static void main(String[] args) {
    int[] counts = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
    for (boolean kept : new boolean[] {false, true}) {
      for (Bond bond : Bond.values()) {
        collect(bond, 5, kept); // warms up
      }
      for (int count : counts) {
        for (Bond bond : Bond.values()) {
          System.out.printf(
              Locale.ROOT, "%s %b %d %.3f%n", bond, kept, count, collect(bond, count, kept));
        }
      }
    }
  }

  /** Milliseconds. */
  private static double collect(Bond bond, int trees, boolean kept) {
    List<Item> held = new ArrayList<>();
    for (int i = 0; i < trees; i++) {
      Item root = bond.tree(DEPTH, WIDTH);
      held.add(kept ? root : root.firstLeaf());
    }
    try {
      System.gc(); // takes the garbage; what is timed is every collection from now on
      double best = Double.MAX_VALUE;
      for (int i = 0; i < COLLECTIONS; i++) {
        long began = System.nanoTime();
        System.gc();
        best = Math.min(best, (System.nanoTime() - began) / 1e6);
      }
      return best; // the others were held up by whatever else the machine did
    } finally {
      Reference.reachabilityFence(held);
    }
  }
}
