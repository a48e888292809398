/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;

/** What a forest should do, one order at a time: one parent a child, no cycle. */
class ModelForest implements Forest {

  private final @Nullable Integer[] parents;
  private final LinkState[] states;
  private final List<List<Integer>> children = new ArrayList<>();
  private final boolean[] closed;

  ModelForest(int size) {
    parents = new Integer[size];
    states = new LinkState[size];
    closed = new boolean[size];
    Arrays.fill(states, LinkState.ROOT);
    for (int i = 0; i < size; i++) {
      children.add(new ArrayList<>());
    }
  }

  @Override
  public Answer attach(int parent, int child) {
    if (parent != child && parents[child] != null && parents[child] != parent) {
      return Answer.ATTACHED_ELSEWHERE_OR_CLOSED;
    }
    return adopt(parent, child);
  }

  @Override
  public Answer adopt(int parent, int child) {
    if (parent == child) {
      return Answer.CYCLE;
    }
    Integer before = parents[child];
    if (before != null && before == parent) {
      return Answer.NOTHING_TO_DO;
    }
    if (closesCycle(parent, child)) {
      return Answer.CYCLE;
    }
    if (closed[parent]) {
      return Answer.ATTACHED_ELSEWHERE_OR_CLOSED;
    }
    if (before != null) {
      leave(before, child);
    }
    parents[child] = parent;
    states[child] = LinkState.ATTACHED;
    children.get(parent).add(child);
    return Answer.DONE;
  }

  @Override
  public Answer detach(int child) {
    Integer before = parents[child];
    if (before == null) {
      return Answer.NOTHING_TO_DO;
    }
    leave(before, child);
    parents[child] = null;
    states[child] = LinkState.ROOT;
    return Answer.DONE;
  }

  @Override
  public Answer close(int parent) {
    if (closed[parent]) {
      return Answer.NOTHING_TO_DO;
    }
    closed[parent] = true;
    for (int child : children.get(parent)) {
      parents[child] = null;
      states[child] = LinkState.ORPHANED;
    }
    children.get(parent).clear();
    return Answer.DONE;
  }

  @Override
  public @Nullable Integer parent(int child) {
    return parents[child];
  }

  @Override
  public LinkState state(int child) {
    return states[child];
  }

  @Override
  public List<Integer> children(int parent) {
    return List.copyOf(children.get(parent));
  }

  boolean closesCycle(int parent, int child) {
    for (Integer at = parent; at != null; at = parents[at]) {
      if (at == child) {
        return true;
      }
    }
    return false;
  }

  void leave(int parent, int child) {
    children.get(parent).remove(Integer.valueOf(child));
  }

  List<Integer> kept(int parent) {
    return children.get(parent);
  }
}
