/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills its heap with so many megabytes of objects of a kind, leaks one more, and prints what is
 * said of that.
 */
final class BigHeapMain {

  /** What fills it. */
  private static final List<Object> FILLING = new ArrayList<>();

  private static final Map<String, Object> LEAKED = new HashMap<>();

  private BigHeapMain() {}

  /** As small as objects are, but for the next one. */
  private record Node(Object next) {}

  private record Culprit(byte[] page) {}

  public static void main(String[] args) {
    long bytes = Long.parseLong(args[1]) << 20;
    switch (args[0]) {
      case "pages" -> fillWithPages(bytes);
      case "nodes" -> fillWithNodes(bytes);
      default -> throw new IllegalArgumentException("no such filling: " + args[0]);
    }
    try {
      Gc.assertCollectable(
          () -> {
            Culprit culprit = new Culprit(new byte[100]);
            LEAKED.put("alice", culprit);
            return culprit;
          });
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
    }
  }

  private static void fillWithPages(long bytes) {
    for (long left = bytes; left > 0; left -= 1 << 12) {
      FILLING.add(new byte[(1 << 12) - 16]);
    }
  }

  /** Chains of a thousand, 16 bytes each. */
  private static void fillWithNodes(long bytes) {
    for (long left = bytes; left > 0; left -= 16_000) {
      Node chain = new Node(null);
      for (int i = 1; i < 1_000; i++) {
        chain = new Node(chain);
      }
      FILLING.add(chain);
    }
  }
}
