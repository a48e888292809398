/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.Locale;
import javax.management.JMException;
import javax.management.ObjectName;
import org.openjdk.jol.info.GraphLayout;

/**
 * How many bytes a child costs more than in a plain strong tree: by JOL, object by object, and by
 * the collector's own count of what is alive.
 */
final class LinksBytesBenchmark {

  private LinksBytesBenchmark() {}

  static void run(Options options) {
    int depth = options.number("depth", 5);
    double strong = bytes(TreeOf.STRONG, depth);
    heap(TreeOf.STRONG, 1); // loads the classes of this look
    double strongHeap = heap(TreeOf.STRONG, depth);
    for (TreeOf tree : TreeOf.values()) {
      double bytes = bytes(tree, depth);
      System.out.printf(
          Locale.ROOT,
          "links-bytes/%s bytes-a-child=%.2f strong=%.2f over-strong=%.2f heap-over-strong=%.2f"
              + " %s%n",
          tree,
          bytes,
          strong,
          bytes - strong,
          heap(tree, depth) - strongHeap,
          options.settings());
    }
  }

  private static double bytes(TreeOf tree, int depth) {
    long all = GraphLayout.parseInstance(tree.grow(depth)).totalSize();
    return (double) all / TreeOf.children(depth);
  }

  private static double heap(TreeOf tree, int depth) {
    long before = live();
    Object root = tree.grow(depth);
    try {
      return (double) (live() - before) / TreeOf.children(depth);
    } finally {
      Reference.reachabilityFence(root);
    }
  }

  private static long live() {
    try {
      String histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
      String total =
          histogram.lines().filter(line -> line.startsWith("Total")).findAny().orElseThrow();
      return Long.parseLong(total.split(" +")[2]);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
