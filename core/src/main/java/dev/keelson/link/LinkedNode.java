/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/**
 * The base class of children that can have one: the node is its own link, so a child costs no
 * object beside itself, and four bytes more than a plain reference to its parent would.
 *
 * <p>Nodes are told apart by identity, whatever {@code equals} says. A serialized node comes back
 * as a {@link LinkState#ROOT}.
 *
 * @param <P> the type of the parent
 */
public abstract non-sealed class LinkedNode<P> extends ParentLink<P> implements Linked<P> {

  /** A node without a parent. */
  protected LinkedNode() {}

  /** This node. */
  @Override
  public final ParentLink<P> parentLink() {
    return this;
  }

  /**
   * Always refused: a copy would say that it is attached where only the original is.
   *
   * @throws CloneNotSupportedException always; copy the node's own state with a constructor
   */
  @Override
  protected final Object clone() throws CloneNotSupportedException {
    throw new CloneNotSupportedException(
        getClass().getName() + " is a LinkedNode: copy its state with a constructor instead");
  }

  @Override
  final void claim(Object child) {
    if (child != this) {
      throw new IllegalArgumentException(
          "parentLink() of this "
              + child.getClass().getName()
              + " returns another node; it must return a link of its own");
    }
  }

  @Override
  final Object node() {
    return this;
  }
}
