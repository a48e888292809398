/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.List;

/** A child with its link in a field, that can be closed. */
class Leaf implements Linked<Node>, AutoCloseable {
  final ParentLink<Node> link = ParentLink.unattached();
  private final String name;
  private final List<String> closed;

  Leaf(String name, List<String> closed) {
    this.name = name;
    this.closed = closed;
  }

  @Override
  public ParentLink<Node> parentLink() {
    return link;
  }

  @Override
  public void close() throws Exception {
    closed.add(name + (link.parent() == null ? " alone" : ""));
  }
}
