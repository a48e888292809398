/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.Locale;
import org.openjdk.jol.info.GraphLayout;

/** How many bytes a child costs more than in a plain strong tree: by JOL, object by object. */
final class LinksBytesBenchmark {

  private LinksBytesBenchmark() {}

  static void run(Options options) {
    int depth = options.number("depth", 5);
    double strong = bytes(TreeOf.STRONG, depth);
    for (TreeOf tree : TreeOf.values()) {
      double bytes = bytes(tree, depth);
      System.out.printf(
          Locale.ROOT,
          "links-bytes/%s bytes-a-child=%.2f strong=%.2f over-strong=%.2f %s%n",
          tree,
          bytes,
          strong,
          bytes - strong,
          options.settings());
    }
  }

  private static double bytes(TreeOf tree, int depth) {
    long all = GraphLayout.parseInstance(tree.grow(depth)).totalSize();
    return (double) all / TreeOf.children(depth);
  }
}
