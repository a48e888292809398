/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.List;
import javax.annotation.Nullable;

/** Trees of numbered nodes, as the real thing and as what it should do. */
interface Forest {

  /** What came of an order. */
  enum Answer {
    DONE,
    NOTHING_TO_DO,
    CYCLE,
    ATTACHED_ELSEWHERE_OR_CLOSED
  }

  Answer attach(int parent, int child);

  Answer adopt(int parent, int child);

  Answer detach(int child);

  Answer close(int parent);

  @Nullable
  Integer parent(int child);

  LinkState state(int child);

  List<Integer> children(int parent);

  /** The real thing. */
  final class Real implements Forest {
    private final Node[] nodes;

    Real(int size) {
      nodes = new Node[size];
      for (int i = 0; i < size; i++) {
        nodes[i] = new Node(String.valueOf(i));
      }
    }

    @Override
    public Answer attach(int parent, int child) {
      return answer(() -> nodes[parent].children.attach(nodes[child]));
    }

    @Override
    public Answer adopt(int parent, int child) {
      return answer(() -> nodes[child].reparent(nodes[child], nodes[parent].children));
    }

    @Override
    public Answer detach(int child) {
      return answer(() -> nodes[child].detach());
    }

    @Override
    public Answer close(int parent) {
      boolean wasOpen = !nodes[parent].children.isClosed();
      nodes[parent].children.close(OrphanPolicy.ORPHAN);
      return wasOpen ? Answer.DONE : Answer.NOTHING_TO_DO;
    }

    @Override
    public @Nullable Integer parent(int child) {
      Node parent = nodes[child].parent();
      return parent == null ? null : Integer.valueOf(parent.name);
    }

    @Override
    public LinkState state(int child) {
      return nodes[child].state();
    }

    @Override
    public List<Integer> children(int parent) {
      return nodes[parent].children.stream().map(node -> Integer.valueOf(node.name)).toList();
    }

    Node node(int i) {
      return nodes[i];
    }

    private interface Order {
      boolean run();
    }

    private static Answer answer(Order order) {
      try {
        return order.run() ? Answer.DONE : Answer.NOTHING_TO_DO;
      } catch (IllegalArgumentException cycle) {
        return Answer.CYCLE;
      } catch (IllegalStateException e) {
        return Answer.ATTACHED_ELSEWHERE_OR_CLOSED;
      }
    }
  }
}
