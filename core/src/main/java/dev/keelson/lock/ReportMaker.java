/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Takes the samples and puts the findings in order. */
final class ReportMaker {

  private static final Duration LONGEST = Duration.ofDays(3650);

  private ReportMaker() {}

  static HangReport report(LockRegistry registry, Duration pause) {
    Duration between = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    ReportSample first = ReportSample.of(registry);
    long looking = System.nanoTime() - first.nanos;
    ReportSample last = first;
    if (!between.isZero()) {
      pause(between);
      last = ReportSample.of(registry);
      looking += System.nanoTime() - last.nanos;
    }
    long began = System.nanoTime();
    WaitGraph graph = new WaitGraph(first, last);
    ReportThreads threads = new ReportThreads(last);
    List<Ranked> found = new ArrayList<>();
    new LockFindings(graph, last, threads).addTo(found);
    new JvmFindings(graph, last, threads).addTo(found);
    Collections.sort(found);
    HangReport.Scope scope =
        new HangReport.Scope(
            registry.name(),
            last.known,
            last.held,
            (int) last.locks.values().stream().filter(lock -> !lock.waits().isEmpty()).count(),
            last.rows.size(),
            graph.hasMoved(),
            between,
            Duration.ofNanos(looking + System.nanoTime() - began));
    return new HangReport(scope, found.stream().map(Ranked::finding).toList());
  }

  /** An interrupt ends it, and stays. */
  private static void pause(Duration between) {
    try {
      Thread.sleep(between.toMillis() + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A finding and its place.
   *
   * @param certain what is not certain comes last
   * @param weight how much hangs on it
   */
  record Ranked(HangReport.Finding finding, boolean certain, long weight)
      implements Comparable<Ranked> {

    private static final Comparator<Ranked> WORST_FIRST =
        Comparator.comparing(Ranked::certain, Comparator.reverseOrder())
            .thenComparing(ranked -> ranked.weight > 0, Comparator.reverseOrder())
            .thenComparing(ranked -> ranked.finding.kind())
            .thenComparing(Ranked::weight, Comparator.reverseOrder());

    @Override
    public int compareTo(Ranked other) {
      return WORST_FIRST.compare(this, other);
    }
  }
}
