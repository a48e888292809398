/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.link.Children;
import dev.keelson.link.LinkState;
import dev.keelson.link.LinkedNode;
import dev.keelson.testkit.Await;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Trees that are dropped but for one leaf, and children that change their parent all the time. */
final class LinkLoad implements Load {

  private static final int BREADTH = 5;
  private static final int DEPTH = 3;
  private static final int LEAVES = 64;
  private static final int MOVERS = 16;
  private static final int MOVES = 200;

  /** One that knows its parent and has children. */
  static final class Node extends LinkedNode<Node> {
    final Children<Node, Node> children = Children.of(this);
  }

  private final Duration collected;
  private final Node left = new Node();
  private final Node right = new Node();
  private final List<Node> movers = new ArrayList<>();
  private final AtomicReferenceArray<Node> leaves = new AtomicReferenceArray<>(LEAVES);
  final Queue<WeakReference<Node>> dropped = new ConcurrentLinkedQueue<>();

  /** What is still there so long after it was dropped is never collected. */
  LinkLoad(Duration collected) {
    this.collected = collected;
    for (int i = 0; i < MOVERS; i++) {
      Node mover = new Node();
      movers.add(mover);
      left.children.attach(mover);
    }
  }

  @Override
  public void turn(Random random) {
    leaves.set(random.nextInt(LEAVES), dropAllButALeaf(random));
    Node leaf = leaves.get(random.nextInt(LEAVES));
    if (leaf != null) {
      Node parent = leaf.parent();
      assertNotEquals(parent == null ? LinkState.ATTACHED : LinkState.ORPHANED, leaf.state());
      assertTrue(parent == null || parent.children.contains(leaf));
    }
    for (int i = 0; i < MOVES; i++) {
      (random.nextBoolean() ? left : right)
          .children.adopt(movers.get(random.nextInt(movers.size())));
    }
    dropped.removeIf(root -> root.refersTo(null));
  }

  private Node dropAllButALeaf(Random random) {
    Node root = new Node();
    grow(root, DEPTH);
    Node leaf = root;
    while (!leaf.children.isEmpty()) {
      leaf = leaf.children.snapshot().get(random.nextInt(BREADTH));
    }
    dropped.add(new WeakReference<>(root));
    return leaf;
  }

  private static void grow(Node parent, int depth) {
    for (int i = 0; depth > 0 && i < BREADTH; i++) {
      Node child = new Node();
      parent.children.attach(child);
      grow(child, depth - 1);
    }
  }

  @Override
  public void audit() throws Exception {
    assertEquals(MOVERS, left.children.size() + right.children.size(), "children that moved");
    for (Node mover : movers) {
      assertTrue(mover.parent() == left || mover.parent() == right);
    }
    Await.within(collected)
        .until(
            "every dropped root is collected",
            () -> {
              System.gc();
              dropped.removeIf(root -> root.refersTo(null));
              return dropped.isEmpty();
            });
    for (int i = 0; i < LEAVES; i++) {
      Node leaf = leaves.get(i);
      assertTrue(leaf == null || leaf.state() == LinkState.ORPHANED, "a leaf knows its parent");
    }
  }
}
