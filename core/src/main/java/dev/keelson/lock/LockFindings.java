/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.lock.HangReport.Finding;
import dev.keelson.lock.HangReport.Kind;
import dev.keelson.lock.HangReport.Party;
import dev.keelson.lock.HangReport.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is wrong with locks of ours: owners that are gone, and waiters nobody keeps waiting. */
final class LockFindings {

  static final int MOST_WAITING = 20;

  /** A hand-off takes less. */
  private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final WaitGraph graph;
  private final ReportSample sample;
  private final ReportThreads threads;

  LockFindings(WaitGraph graph, ReportSample sample, ReportThreads threads) {
    this.graph = graph;
    this.sample = sample;
    this.threads = threads;
  }

  void addTo(List<ReportMaker.Ranked> found) {
    for (ReportSample.Seen lock : sample.locks.values()) {
      if (lock.isAbandoned()) {
        found.add(abandoned(lock));
      } else if (!lock.waits().isEmpty() && isStalled(lock)) {
        found.add(stalled(lock));
      } else if (lock.waits().isEmpty() && lock.mayMissASignal()) {
        found.add(unsignalled(lock));
      }
    }
  }

  private boolean isStalled(ReportSample.Seen lock) {
    Wait head = lock.waits().get(0);
    return lock.isFree()
        && graph.waitOf(ThreadIds.of(head.thread)) != null
        && sample.nanos - head.since > STALLED_NANOS;
  }

  private ReportMaker.Ranked abandoned(ReportSample.Seen lock) {
    long owner = Word.owner(lock.word());
    Party party = threads.party(owner, "?");
    List<String> evidence = new ArrayList<>();
    evidence.add(
        "its owner "
            + party
            + " is dead and owes "
            + Word.holds(lock.word())
            + " unlock"
            + (Word.holds(lock.word()) == 1 ? "" : "s"));
    addSite(lock, owner, evidence);
    addHistory(lock, evidence);
    int victims = graph.victims(owner);
    return new ReportMaker.Ranked(
        new Finding(
            Kind.ABANDONED,
            lock.name(),
            Optional.of(party),
            waiting(lock),
            Math.max(victims, lock.waits().size()),
            evidence,
            lock.sync().config.policy == AbandonPolicy.REFUSE
                ? "recover(recovery) on lock \"" + lock.name() + "\", which refuses until then"
                : "recover() on lock \"" + lock.name() + "\", or recoverAll() on the registry",
            "what the lock guards may be half changed: repair it in recover(Recovery)"),
        true,
        victims);
  }

  private ReportMaker.Ranked stalled(ReportSample.Seen lock) {
    Wait head = lock.waits().get(0);
    Party party = threads.party(ThreadIds.of(head.thread), head.thread.getName());
    List<String> evidence = new ArrayList<>();
    evidence.add(
        "the lock is free, and "
            + party
            + ", the first in its queue, has waited for "
            + brief(sample.nanos - head.since));
    if (party.virtual()) {
      evidence.add(
          "it is a virtual thread that was handed the lock and gets no carrier to run on: look what"
              + " occupies the carriers");
    }
    evidence.addAll(CarrierEvidence.lines(sample, threads));
    addHistory(lock, evidence);
    return new ReportMaker.Ranked(
        new Finding(
            Kind.STALLED,
            lock.name(),
            Optional.empty(),
            waiting(lock),
            lock.waits().size(),
            evidence,
            party.virtual()
                ? "free a carrier: end what blocks or spins on it"
                : "give " + party + " processor time; evict(reason) sends all waiters away",
            "evict makes every waiting lock() throw LockResetException"),
        true,
        lock.waits().size());
  }

  /** Recovered, and free; but the dead owner may have been the one who was to signal. */
  private ReportMaker.Ranked unsignalled(ReportSample.Seen lock) {
    List<String> evidence = new ArrayList<>();
    int count = lock.conditionWaiters().size();
    evidence.add(
        "the lock is free, and "
            + count
            + " threads wait for a signal on one of its conditions; the last one who was to give"
            + " one may be dead");
    Optional<Party> owner = Optional.empty();
    LostTenure lost = lock.lost();
    if (lost != null) {
      evidence.add("before that: " + lost);
      owner =
          Optional.of(
              new Party(lost.ownerId(), lost.ownerName(), false, false, "TERMINATED", List.of()));
    }
    List<Waiting> waiting = new ArrayList<>();
    for (Thread thread : lock.conditionWaiters().subList(0, Math.min(MOST_WAITING, count))) {
      waiting.add(
          new Waiting(
              threads.party(ThreadIds.of(thread), thread.getName()),
              lock.name(),
              Optional.empty()));
    }
    return new ReportMaker.Ranked(
        new Finding(
            Kind.ABANDONED,
            lock.name(),
            owner,
            waiting,
            count,
            evidence,
            "lock it and signalAll(), or evict(reason), so that they look again",
            "evict makes every await() throw LockResetException, with the lock held"),
        false,
        count);
  }

  private List<Waiting> waiting(ReportSample.Seen lock) {
    List<Waiting> list = new ArrayList<>();
    for (Wait wait : lock.waits().subList(0, Math.min(MOST_WAITING, lock.waits().size()))) {
      list.add(
          new Waiting(
              threads.party(ThreadIds.of(wait.thread), wait.thread.getName()),
              lock.name(),
              Optional.of(Duration.ofNanos(sample.nanos - wait.since))));
    }
    return list;
  }

  /** Where and since when the owner has it, as far as that is recorded. */
  void addSite(ReportSample.Seen lock, long owner, List<String> evidence) {
    AcquisitionSite site = lock.site();
    if (site != null && site.thread == owner) {
      evidence.add("taken at " + site.brief() + ", " + brief(sample.nanos - site.nanos) + " ago");
    } else {
      evidence.add("where it was taken was not recorded (see SiteRecording)");
    }
    if (!lock.conditionWaiters().isEmpty()) {
      evidence.add(lock.conditionWaiters().size() + " threads wait for one of its conditions");
    }
  }

  static void addHistory(ReportSample.Seen lock, List<String> evidence) {
    if (lock.lost() != null) {
      evidence.add("before that: " + lock.lost());
    }
  }

  static String brief(long nanos) {
    double seconds = Math.max(0, nanos) / 1e9;
    return seconds < 120
        ? String.format(java.util.Locale.ROOT, "%.1f s", seconds)
        : String.format(java.util.Locale.ROOT, "%.0f min", seconds / 60);
  }
}
