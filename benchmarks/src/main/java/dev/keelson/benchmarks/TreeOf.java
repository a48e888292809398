/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.link.Children;
import dev.keelson.link.Linked;
import dev.keelson.link.LinkedNode;
import dev.keelson.link.ParentLink;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Trees whose nodes know their parents in four ways. Containers are made when the first child
 * comes, and are exactly as large as they need to be.
 */
enum TreeOf {
  /** A plain reference. */
  STRONG,
  /** A weak reference in each child. */
  WEAK,
  /** Keelson, by base class. */
  LINKED_NODE,
  /** Keelson, by a field. */
  PARENT_LINK;

  static final int WIDTH = 6;

  /** A tree with so many levels beneath its root. */
  Object grow(int depth) {
    Branch root = node();
    fill(root, depth);
    return root;
  }

  /** How many children all its nodes have together. */
  static int children(int depth) {
    int children = 0;
    for (int level = 1, width = WIDTH; level <= depth; level++, width *= WIDTH) {
      children += width;
    }
    return children;
  }

  private Branch node() {
    return switch (this) {
      case STRONG -> new StrongNode();
      case WEAK -> new WeakNode();
      case LINKED_NODE -> new KeelsonNode();
      case PARENT_LINK -> new KeelsonField();
    };
  }

  private void fill(Branch parent, int depth) {
    if (depth == 0) {
      return;
    }
    parent.open();
    for (int i = 0; i < WIDTH; i++) {
      Branch child = node();
      parent.take(child);
      fill(child, depth - 1);
    }
  }

  private interface Branch {
    void open();

    void take(Branch child);
  }

  @SuppressWarnings("UnusedVariable") // only the collector reads the parent
  private static final class StrongNode implements Branch {
    @Nullable StrongNode parent;
    @Nullable List<StrongNode> children;

    @Override
    public void open() {
      children = new ArrayList<>(WIDTH);
    }

    @Override
    public void take(Branch child) {
      StrongNode node = (StrongNode) child;
      node.parent = this;
      if (children != null) {
        children.add(node);
      }
    }
  }

  @SuppressWarnings("UnusedVariable") // only the collector reads the parent
  private static final class WeakNode implements Branch {
    @Nullable WeakReference<WeakNode> parent;
    @Nullable List<WeakNode> children;

    @Override
    public void open() {
      children = new ArrayList<>(WIDTH);
    }

    @Override
    public void take(Branch child) {
      WeakNode node = (WeakNode) child;
      node.parent = new WeakReference<>(this);
      if (children != null) {
        children.add(node);
      }
    }
  }

  private static final class KeelsonNode extends LinkedNode<KeelsonNode> implements Branch {
    @Nullable Children<KeelsonNode, KeelsonNode> children;

    @Override
    public void open() {
      children = Children.of(this);
    }

    @Override
    public void take(Branch child) {
      if (children != null) {
        children.attach((KeelsonNode) child);
      }
    }
  }

  private static final class KeelsonField implements Branch, Linked<KeelsonField> {
    final ParentLink<KeelsonField> link = ParentLink.unattached();
    @Nullable Children<KeelsonField, KeelsonField> children;

    @Override
    public ParentLink<KeelsonField> parentLink() {
      return link;
    }

    @Override
    public void open() {
      children = Children.of(this);
    }

    @Override
    public void take(Branch child) {
      if (children != null) {
        children.attach((KeelsonField) child);
      }
    }
  }
}
