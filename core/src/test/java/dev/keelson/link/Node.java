/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/** A node of the trees under test. */
class Node extends LinkedNode<Node> {
  final Children<Node, Node> children = Children.of(this);
  final String name;

  Node(String name) {
    this.name = name;
  }

  /** A new child of this one. */
  Node child(String called) {
    Node child = new Node(called);
    children.attach(child);
    return child;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Node; // all are equal: nothing may rely on it
  }

  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return name;
  }
}
