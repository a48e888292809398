/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Questions about the way up from a node. Each step up is one look at a link; where nodes are moved
 * meanwhile, the answer may join ways of different moments. An orphan is the root of what is left.
 * No recursion: trees may be as deep as they like.
 */
public final class Trees {

  private Trees() {}

  /** The parent, its parent and so on up to the root; empty for a root or an orphan. */
  public static List<Object> ancestors(Linked<?> node) {
    List<Object> ancestors = new ArrayList<>();
    for (Object at = parent(requireNonNull(node, "node")); at != null; at = parent(at)) {
      ancestors.add(at);
    }
    return ancestors;
  }

  /** The topmost ancestor, or the node itself where it has no parent. */
  public static Object root(Linked<?> node) {
    Object root = requireNonNull(node, "node");
    for (Object at = parent(root); at != null; at = parent(at)) {
      root = at;
    }
    return root;
  }

  /** The number of ancestors. */
  public static int depth(Linked<?> node) {
    int depth = 0;
    for (Object at = parent(requireNonNull(node, "node")); at != null; at = parent(at)) {
      depth++;
    }
    return depth;
  }

  private static @Nullable Object parent(Object node) {
    return node instanceof Linked<?> linked ? linked.parentLink().parent() : null;
  }
}
