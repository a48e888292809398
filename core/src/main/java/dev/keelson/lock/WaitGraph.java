/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * Who waits for whom, in both samples. A thread waits for one thing at most, so the graph is a
 * forest whose trees may have one circle each, in place of a root.
 */
final class WaitGraph {

  /**
   * A thread waits.
   *
   * @param resource what for, as people call it
   * @param lock that lock, if it is one of ours
   * @param owner who has it; -1 for nobody or unknown
   * @param since System.nanoTime() when it began; 0 if that is unknown
   */
  record Edge(
      long waiter,
      String waiterName,
      String resource,
      @Nullable Sync lock,
      long owner,
      String ownerName,
      boolean monitor,
      long since) {}

  private final Map<Long, Edge> edges = new HashMap<>();
  private final Map<Long, List<Edge>> byOwner = new HashMap<>();
  private boolean moved;

  WaitGraph(ReportSample first, ReportSample last) {
    Set<Wait> stuck = new HashSet<>();
    first.locks.values().forEach(lock -> stuck.addAll(lock.waits()));
    for (ReportSample.Seen lock : last.locks.values()) {
      ReportSample.Seen before = first.locks.get(lock.sync());
      moved |= before == null || before.word() != lock.word();
      for (Wait wait : lock.waits()) {
        if (stuck.contains(wait)) {
          add(ofOurs(lock, wait));
        } else {
          moved = true;
        }
      }
    }
    for (JvmThreads.Row row : last.rows.values()) {
      JvmThreads.Row before = first.rows.get(row.id());
      if (row.waitsFor() != null
          && row.owner() >= 0
          && before != null
          && row.waitsFor().equals(before.waitsFor())
          && row.owner() == before.owner()
          && !edges.containsKey(row.id())
          && !row.waitsFor().startsWith("dev.keelson.lock.")) {
        add(ofJvm(row));
      }
    }
  }

  private static Edge ofOurs(ReportSample.Seen lock, Wait wait) {
    Thread owner = lock.owner();
    return new Edge(
        ThreadIds.of(wait.thread),
        wait.thread.getName(),
        lock.name(),
        lock.sync(),
        lock.isFree() ? -1 : Word.owner(lock.word()),
        owner == null ? "?" : owner.getName(),
        false,
        wait.since);
  }

  private static Edge ofJvm(JvmThreads.Row row) {
    return new Edge(
        row.id(),
        row.name(),
        String.valueOf(row.waitsFor()),
        null,
        row.owner(),
        row.ownerName(),
        row.monitor(),
        0);
  }

  private void add(Edge edge) {
    edges.put(edge.waiter, edge);
    if (edge.owner >= 0) {
      byOwner.computeIfAbsent(edge.owner, key -> new ArrayList<>()).add(edge);
    }
  }

  boolean hasMoved() {
    return moved;
  }

  /** What the thread waits for, or null. */
  @Nullable
  Edge waitOf(long thread) {
    return edges.get(thread);
  }

  Iterable<Edge> all() {
    return edges.values();
  }

  /** Who waits for something that the thread has. */
  List<Edge> waitingFor(long owner) {
    return byOwner.getOrDefault(owner, List.of());
  }

  /** How many threads wait because of it, directly or behind others. */
  int victims(long owner) {
    Set<Long> seen = new HashSet<>();
    List<Long> next = new ArrayList<>(List.of(owner));
    while (!next.isEmpty()) {
      for (Edge edge : waitingFor(next.remove(next.size() - 1))) {
        if (seen.add(edge.waiter)) {
          next.add(edge.waiter);
        }
      }
    }
    return seen.size();
  }

  /**
   * The circles, each once, each beginning with the edge that came last as far as that is known.
   */
  List<List<Edge>> circles() {
    List<List<Edge>> circles = new ArrayList<>();
    Map<Long, Long> walkedFrom = new HashMap<>();
    for (Edge start : edges.values()) {
      Edge edge = start;
      Long from = start.waiter;
      while (edge != null && walkedFrom.putIfAbsent(edge.waiter, from) == null) {
        edge = edges.get(edge.owner);
      }
      if (edge != null && from.equals(walkedFrom.get(edge.waiter))) {
        circles.add(circle(edge));
      }
    }
    return circles;
  }

  private List<Edge> circle(Edge start) {
    List<Edge> circle = new ArrayList<>();
    int newest = 0;
    Edge edge = start;
    do {
      circle.add(edge);
      if (edge.since > circle.get(newest).since) {
        newest = circle.size() - 1;
      }
      edge = edges.get(edge.owner);
    } while (edge != null && edge.waiter != start.waiter);
    Collections.rotate(circle, -newest);
    return circle;
  }
}
