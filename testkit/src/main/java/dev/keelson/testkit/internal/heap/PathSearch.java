/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * Goes from the roots of a dump to one object by the shortest way, breadth first. Roots that a
 * reader can do something about come first: static fields of his own classes, then threads and
 * their frames.
 */
final class PathSearch {

  /**
   * A way.
   *
   * @param root where it begins
   * @param ordinals the objects from the root's to the one that was looked for
   */
  record Path(HeapRoot root, List<Integer> ordinals) {}

  // What is known of an object: one of these, or from which other one it was reached.
  private static final int NEW = 0;
  private static final int ROOT = 1;
  private static final int AVOIDED = 2;
  private static final int OFFSET = 3;

  private final HeapDump dump;
  private final References references;

  PathSearch(HeapDump dump, References references) {
    this.dump = dump;
    this.references = references;
  }

  /**
   * The shortest path to an object that goes through none of some others; null if there is none.
   */
  @Nullable
  Path find(int target, Set<Integer> avoided) {
    OffHeapInts parents = new OffHeapInts(dump.index().size());
    avoided.forEach(ordinal -> parents.set(ordinal, AVOIDED));
    List<HeapRoot> roots = roots();
    search(roots, parents, target);
    return path(roots, parents, target);
  }

  /** The shortest paths to some objects, without those to which there is none. */
  List<Path> findAll(List<Integer> targets) {
    if (targets.isEmpty()) {
      return List.of();
    }
    OffHeapInts parents = new OffHeapInts(dump.index().size());
    List<HeapRoot> roots = roots();
    search(roots, parents, ObjectIndex.NONE);
    List<Path> paths = new ArrayList<>();
    for (int target : targets) {
      Path path = path(roots, parents, target);
      if (path != null) {
        paths.add(path);
      }
    }
    return paths;
  }

  private @Nullable Path path(List<HeapRoot> roots, OffHeapInts parents, int target) {
    if (parents.get(target) == NEW) {
      return null;
    }
    Deque<Integer> path = new ArrayDeque<>();
    int at = target;
    while (parents.get(at) != ROOT) {
      path.addFirst(at);
      at = parents.get(at) - OFFSET;
    }
    path.addFirst(at);
    long first = dump.index().id(at);
    HeapRoot root = roots.stream().filter(r -> r.id() == first).findFirst().orElseThrow();
    return new Path(root, new ArrayList<>(path));
  }

  /**
   * Counts what would be free without an object: objects and about how many bytes, its own
   * included.
   */
  long[] retained(int object) {
    OffHeapInts alive = new OffHeapInts(dump.index().size());
    alive.set(object, AVOIDED);
    search(roots(), alive, ObjectIndex.NONE);
    long[] sum = new long[2];
    IntQueue queue = new IntQueue(dump.index().size());
    queue.add(object);
    for (int next = queue.poll(); next >= 0; next = queue.poll()) {
      sum[0]++;
      sum[1] += dump.shallowSize(next);
      int from = next;
      references.visit(
          from,
          (which, to) -> {
            reach(to, from, alive, queue);
            return true;
          });
    }
    return sum;
  }

  private void search(List<HeapRoot> roots, OffHeapInts parents, int target) {
    IntQueue queue = new IntQueue(dump.index().size());
    for (HeapRoot root : roots) {
      int ordinal = dump.index().find(root.id());
      if (ordinal >= 0 && parents.get(ordinal) == NEW) {
        parents.set(ordinal, ROOT);
        queue.add(ordinal);
      }
    }
    if (target >= 0 && parents.get(target) != NEW) {
      return;
    }
    for (int next = queue.poll(); next >= 0; next = queue.poll()) {
      int from = next;
      references.visit(
          from,
          (which, to) -> {
            reach(to, from, parents, queue);
            return to != target;
          });
      if (target >= 0 && parents.get(target) != NEW) {
        return;
      }
    }
  }

  private static void reach(int to, int from, OffHeapInts parents, IntQueue queue) {
    if (parents.get(to) == NEW) {
      parents.set(to, from + OFFSET);
      queue.add(to);
    }
  }

  private List<HeapRoot> roots() {
    List<HeapRoot> roots = new ArrayList<>();
    for (HeapClass type : dump.classes().values()) {
      if (references.isForEver(type)) {
        roots.add(new HeapRoot(HeapRoot.Kind.CLASS, type.id(), 0, -1));
      }
    }
    roots.sort(Comparator.comparing(root -> Naming.isOfTheJdk(nameOf(root))));
    List<HeapRoot> others = new ArrayList<>(dump.roots());
    others.sort(Comparator.comparing(HeapRoot::kind));
    roots.addAll(others);
    return roots;
  }

  private String nameOf(HeapRoot type) {
    HeapClass found = dump.classes().get(type.id());
    return found == null ? "" : found.name();
  }

  /** First in, first out; each object enters once. */
  private static final class IntQueue {
    private final OffHeapInts entries;
    private int head;
    private int tail;

    IntQueue(int capacity) {
      entries = new OffHeapInts(capacity);
    }

    void add(int value) {
      entries.set(tail++, value);
    }

    /** The next one, or -1. */
    int poll() {
      return head == tail ? -1 : entries.get(head++);
    }
  }
}
