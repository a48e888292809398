/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import com.google.common.graph.MutableValueGraph;
import com.google.common.graph.ValueGraphBuilder;
import dev.keelson.internal.threads.StackRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** Which name was held when which was asked for, with the place where that was seen first. */
final class OrderGraph {

  /** Recovered like any other, should a thread end in the middle. */
  private final ResettableLock lock = new ResettableLock();

  @GuardedBy("lock")
  private final MutableValueGraph<LockClass, Edge> edges = ValueGraphBuilder.directed().build();

  /**
   * Seen once: {@code from} was held when {@code to} was asked for.
   *
   * @param taken where {@code from} had been taken, where that is known
   * @param asked where {@code to} was asked for
   */
  record Edge(
      LockClass from,
      LockClass to,
      @Nullable AcquisitionSite taken,
      @Nullable AcquisitionSite asked) {}

  /**
   * An edge that was not put in, and the way back that forbids it: from its {@code to} to its
   * {@code from}.
   */
  record Violation(Edge edge, List<Edge> before) {}

  /** Puts the edge in, unless there is a way back: then gives that. */
  @Nullable
  Violation add(LockClass from, LockClass to, @Nullable AcquisitionSite taken) {
    Edge edge = new Edge(from, to, taken, AcquisitionSite.orNull());
    StackRoom.ensure(); // an error at the end would leave the lock held
    lock.lock();
    try {
      List<Edge> back = path(to, from);
      if (!back.isEmpty()) {
        return new Violation(edge, back);
      }
      edges.addNode(from); // first: without memory, an edge may be left that leads to no node
      edges.addNode(to);
      edges.putEdgeValue(from, to, edge);
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The shortest way, or nothing. */
  @GuardedBy("lock")
  private List<Edge> path(LockClass start, LockClass end) {
    if (!edges.nodes().contains(start) || !edges.nodes().contains(end)) {
      return List.of();
    }
    Map<LockClass, Edge> reachedBy = new HashMap<>();
    ArrayDeque<LockClass> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty() && !reachedBy.containsKey(end)) {
      LockClass here = next.remove();
      for (LockClass there : edges.successors(here)) {
        Edge edge = edges.edgeValueOrDefault(here, there, null);
        if (edge != null && !there.equals(start) && reachedBy.putIfAbsent(there, edge) == null) {
          next.add(there);
        }
      }
    }
    List<Edge> path = new ArrayList<>();
    for (Edge edge = reachedBy.get(end); edge != null; edge = reachedBy.get(edge.from())) {
      path.add(edge);
    }
    Collections.reverse(path);
    return path;
  }
}
