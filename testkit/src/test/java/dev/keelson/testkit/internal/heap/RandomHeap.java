/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Objects that refer to each other at random, all held by the first of them, with one that is
 * looked for and the number of references on the shortest way to it.
 */
final class RandomHeap {

  /** What has two references, and one of its own kind has three. */
  private static class Pair {
    Object first;
    int between;
    Object second;
  }

  private static final class Triple extends Pair {
    Object third;
  }

  /** Everything is reached from here. */
  final Object first;

  /** By which the one is found that is looked for; nothing else knows it. */
  final HeapMarker marker;

  /** From the first to that one. */
  final int distance;

  private RandomHeap(Object first, HeapMarker marker, int distance) {
    this.first = first;
    this.marker = marker;
    this.distance = distance;
  }

  /** Of two to about two thousand objects. */
  static RandomHeap of(Random random) {
    int size = 2 + random.nextInt(1 << (1 + random.nextInt(11)));
    Object[] objects = new Object[size];
    List<List<Integer>> references = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      objects[i] =
          switch (random.nextInt(4)) {
            case 0 -> new Object[random.nextInt(8)];
            case 1 -> new Triple();
            default -> new Pair();
          };
      references.add(new ArrayList<>());
    }
    for (int i = 0; i < size; i++) {
      // Some near and some anywhere, so that ways are long and many.
      for (int slot = 0; slot < slots(objects[i]); slot++) {
        int to = random.nextInt(3) > 0 ? i + 1 + random.nextInt(3) : random.nextInt(size);
        if (to < size && random.nextInt(5) > 0) {
          set(objects[i], slot, objects[to]);
          references.get(i).add(to);
        }
      }
    }
    int[] distances = distances(references);
    int target = random.nextInt(size);
    while (distances[target] < 0) {
      target--; // the first is at no distance at all
    }
    HeapMarker marker = new HeapMarker(new WeakReference<>(objects[target]));
    return new RandomHeap(objects[0], marker, distances[target]);
  }

  private static int slots(Object object) {
    return object instanceof Object[] array ? array.length : object instanceof Triple ? 3 : 2;
  }

  private static void set(Object object, int slot, Object to) {
    if (object instanceof Object[] array) {
      array[slot] = to;
    } else if (slot == 0) {
      ((Pair) object).first = to;
    } else if (slot == 1) {
      ((Pair) object).second = to;
    } else {
      ((Triple) object).third = to;
    }
  }

  /** From the first to each; -1 where no way leads. */
  private static int[] distances(List<List<Integer>> references) {
    int[] distances = new int[references.size()];
    Arrays.fill(distances, -1);
    distances[0] = 0;
    Deque<Integer> queue = new ArrayDeque<>(List.of(0));
    while (!queue.isEmpty()) {
      int from = queue.remove();
      for (int to : references.get(from)) {
        if (distances[to] < 0) {
          distances[to] = distances[from] + 1;
          queue.add(to);
        }
      }
    }
    return distances;
  }
}
