/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.VirtualThreads;
import dev.keelson.lock.HangReport.Finding;
import dev.keelson.lock.HangReport.Kind;
import dev.keelson.lock.HangReport.Party;
import dev.keelson.lock.HangReport.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is wrong between threads, whatever they wait for: circles, owners that hold on, and foreign
 * locks whose owner is gone.
 */
final class JvmFindings {

  private static final int FRAMES = 6;

  private final WaitGraph graph;
  private final ReportSample sample;
  private final ReportThreads threads;
  private final LockFindings locks;

  JvmFindings(WaitGraph graph, ReportSample sample, ReportThreads threads) {
    this.graph = graph;
    this.sample = sample;
    this.threads = threads;
    this.locks = new LockFindings(graph, sample, threads);
  }

  void addTo(List<ReportMaker.Ranked> found) {
    Set<Long> inCircles = new HashSet<>();
    for (List<WaitGraph.Edge> circle : graph.circles()) {
      circle.forEach(edge -> inCircles.add(edge.waiter()));
      found.add(deadlock(circle));
    }
    Set<Long> owners = new TreeSet<>();
    graph.all().forEach(edge -> owners.add(edge.owner()));
    for (long owner : owners) {
      if (owner >= 0 && !inCircles.contains(owner) && graph.waitOf(owner) == null) {
        addRoot(owner, found);
      }
    }
    PoolWaits.addTo(found, sample, threads);
  }

  /** An owner that waits for no lock itself. */
  private void addRoot(long owner, List<ReportMaker.Ranked> found) {
    List<WaitGraph.Edge> edges = graph.waitingFor(owner);
    Set<String> done = new HashSet<>();
    for (WaitGraph.Edge edge : edges) {
      if (!done.add(edge.resource())) {
        continue;
      }
      if (threads.isAlive(owner)) {
        found.add(longHold(owner, edge));
      } else if (edge.lock() == null) {
        found.add(foreignAbandoned(owner, edge));
      } // else LockFindings has it
    }
  }

  private ReportMaker.Ranked deadlock(List<WaitGraph.Edge> circle) {
    List<Waiting> waiting = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> evidence = new ArrayList<>();
    int victims = 0;
    for (WaitGraph.Edge edge : circle) {
      Party party = threads.party(edge.waiter(), edge.waiterName());
      waiting.add(new Waiting(party, edge.resource(), waited(edge)));
      names.add(edge.resource());
      evidence.add(
          party
              + " waits for "
              + edge.resource()
              + (edge.monitor() ? " (monitor)" : "")
              + ", which \""
              + edge.ownerName()
              + "\" has"
              + taken(edge)
              + "; it waits at "
              + ReportFrames.belowWait(party.stack(), FRAMES));
      victims = Math.max(victims, graph.victims(edge.waiter()));
    }
    evidence.add("the latest edge as far as is known: the first");
    WaitGraph.Edge ours =
        circle.stream().filter(edge -> edge.lock() != null).findFirst().orElse(null);
    return new ReportMaker.Ranked(
        new Finding(
            Kind.DEADLOCK,
            String.join(" -> ", names),
            Optional.of(threads.party(circle.get(0).owner(), circle.get(0).ownerName())),
            waiting,
            victims,
            evidence,
            ours == null
                ? "restart: neither monitors nor other locks can be taken away; then take them in"
                    + " one order"
                : "reset(Force.YES, reason) on lock \""
                    + ours.resource()
                    + "\" lets \""
                    + ours.waiterName()
                    + "\" go on; then take them in one order",
            ours == null
                ? "whatever the program has not saved is lost"
                : "\""
                    + ours.ownerName()
                    + "\" is in the middle of what the lock guards, and its unlock() will throw"),
        true,
        victims);
  }

  private ReportMaker.Ranked longHold(long owner, WaitGraph.Edge sampleEdge) {
    Party party = threads.party(owner, sampleEdge.ownerName());
    List<Waiting> waiting = waiting(owner, sampleEdge.resource());
    List<String> evidence = new ArrayList<>();
    evidence.add(party + " has it and waits for no lock; it is at " + at(party));
    ReportSample.Seen lock = sampleEdge.lock() == null ? null : sample.locks.get(sampleEdge.lock());
    if (lock != null) {
      locks.addSite(lock, owner, evidence);
      LockFindings.addHistory(lock, evidence);
    }
    String pool = PoolWaits.explain(party.stack());
    if (!pool.isEmpty()) {
      evidence.add(pool);
    }
    int victims = graph.victims(owner);
    return new ReportMaker.Ranked(
        new Finding(
            Kind.LONG_HOLD,
            sampleEdge.resource(),
            Optional.of(party),
            waiting,
            victims,
            evidence,
            "end what "
                + party.name()
                + " is doing (interrupt it, close what it reads)"
                + (lock == null
                    ? ""
                    : "; or reset(Force.YES, reason) on lock \"" + sampleEdge.resource() + "\""),
            lock == null
                ? "only its owner can give it back"
                : "the owner goes on and does not know that it lost the lock until it uses it"),
        true,
        victims);
  }

  private ReportMaker.Ranked foreignAbandoned(long owner, WaitGraph.Edge edge) {
    Party party = threads.party(owner, edge.ownerName());
    boolean certain = !VirtualThreads.exist(); // the JVM lists platform threads only
    List<String> evidence = new ArrayList<>();
    evidence.add(
        certain
            ? "its owner " + party + " is dead"
            : "its owner \""
                + edge.ownerName()
                + "\" (#"
                + owner
                + ") is no live platform thread: it is dead, or a virtual thread");
    int victims = graph.victims(owner);
    return new ReportMaker.Ranked(
        new Finding(
            Kind.ABANDONED,
            edge.resource(),
            Optional.of(party),
            waiting(owner, edge.resource()),
            victims,
            evidence,
            "restart: a lock of this class cannot be taken away; a ResettableLock in its place"
                + " would have been recovered",
            "whatever the program has not saved is lost"),
        certain,
        victims);
  }

  private List<Waiting> waiting(long owner, String resource) {
    List<Waiting> list = new ArrayList<>();
    graph.waitingFor(owner).stream()
        .filter(edge -> edge.resource().equals(resource))
        .sorted(java.util.Comparator.comparingLong(WaitGraph.Edge::since))
        .limit(LockFindings.MOST_WAITING)
        .forEach(
            edge ->
                list.add(
                    new Waiting(
                        threads.party(edge.waiter(), edge.waiterName()),
                        edge.resource(),
                        waited(edge))));
    return list;
  }

  private Optional<Duration> waited(WaitGraph.Edge edge) {
    return edge.since() == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(sample.nanos - edge.since()));
  }

  private static String at(Party party) {
    return party.stack().isEmpty() ? "(no frames)" : ReportFrames.top(party.stack(), FRAMES);
  }

  /** Where the owner took what the other one waits for, if that is one of ours and recorded. */
  private String taken(WaitGraph.Edge edge) {
    ReportSample.Seen lock = edge.lock() == null ? null : sample.locks.get(edge.lock());
    AcquisitionSite site = lock == null ? null : lock.site();
    return site == null || site.thread != edge.owner()
        ? ""
        : " since " + LockFindings.brief(sample.nanos - site.nanos) + ", taken at " + site.brief();
  }
}
