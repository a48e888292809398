/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/** Three ways in which a node of a tree knows its parent. */
enum Bond {
  /** By a plain reference. */
  STRONG("strong") {
    @Override
    Item root(String name) {
      return new StrongItem(name, null);
    }
  },

  /** By a weak reference of its own. */
  WEAK("weak a child") {
    @Override
    Item root(String name) {
      return new WeakItem(name, null);
    }
  },

  /** By the weak handle that it shares with its siblings. */
  KEELSON("LinkedNode") {
    @Override
    Item root(String name) {
      return new LinkedItem(name);
    }
  };

  private final String words;

  Bond(String words) {
    this.words = words;
  }

  /** A new tree of one node. */
  abstract Item root(String name);

  /** What it is called in tables and plots. */
  String words() {
    return words;
  }

  /** A new tree with so many levels beneath the root and so many children of each node. */
  Item tree(int depth, int width) {
    Item root = root("root");
    grow(root, depth, width);
    return root;
  }

  private static void grow(Item parent, int depth, int width) {
    for (int i = 0; depth > 0 && i < width; i++) {
      grow(parent.add("node"), depth - 1, width);
    }
  }

  /** A node. Built by one thread. */
  interface Item {
    String name();

    Item add(String name);

    /** Null for a root, and for a child that outlived its tree. */
    @Nullable
    Item parent();

    Iterable<? extends Item> children();

    /** The way down by the first child of each. */
    default Item firstLeaf() {
      Item at = this;
      while (at.children().iterator().hasNext()) {
        at = at.children().iterator().next();
      }
      return at;
    }
  }

  private record StrongItem(String name, @Nullable Item parent, List<Item> children)
      implements Item {
    StrongItem(String name, @Nullable Item parent) {
      this(name, parent, new ArrayList<>(0));
    }

    @Override
    public Item add(String child) {
      Item item = new StrongItem(child, this);
      children.add(item);
      return item;
    }
  }

  private record WeakItem(String name, @Nullable WeakReference<Item> toParent, List<Item> children)
      implements Item {
    WeakItem(String name, @Nullable Item parent) {
      this(name, parent == null ? null : new WeakReference<>(parent), new ArrayList<>(0));
    }

    @Override
    public @Nullable Item parent() {
      return toParent == null ? null : toParent.get();
    }

    @Override
    public Item add(String child) {
      Item item = new WeakItem(child, this);
      children.add(item);
      return item;
    }
  }

  private static final class LinkedItem extends LinkedNode<LinkedItem> implements Item {
    private final String name;
    private final Children<LinkedItem, LinkedItem> children = Children.of(this);

    LinkedItem(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public LinkedItem add(String child) {
      LinkedItem item = new LinkedItem(child);
      children.attach(item);
      return item;
    }

    @Override
    public Children<LinkedItem, LinkedItem> children() {
      return children;
    }
  }
}
