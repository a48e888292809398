/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** A walk through a tree with a stack of its own, as the thread's may be too short. */
final class DepthFirst<C> implements Iterator<C> {

  private final Function<? super C, ? extends Children<?, ? extends C>> childrenOf;
  private final Deque<Iterator<? extends C>> path = new ArrayDeque<>();

  DepthFirst(
      Iterable<? extends C> top,
      Function<? super C, ? extends Children<?, ? extends C>> childrenOf) {
    this.childrenOf = childrenOf;
    path.push(top.iterator());
  }

  @Override
  public boolean hasNext() {
    while (!path.isEmpty() && !path.peek().hasNext()) {
      path.pop();
    }
    return !path.isEmpty();
  }

  @Override
  public C next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    C node = path.element().next();
    Children<?, ? extends C> beneath = childrenOf.apply(node);
    if (beneath != null) {
      path.push(beneath.iterator());
    }
    return node;
  }
}
