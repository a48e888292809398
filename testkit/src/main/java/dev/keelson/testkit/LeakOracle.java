/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.Census;
import dev.keelson.testkit.internal.DescriptorCensus;
import dev.keelson.testkit.internal.FileCensus;
import dev.keelson.testkit.internal.Findings;
import dev.keelson.testkit.internal.ProcessCensus;
import dev.keelson.testkit.internal.ThreadCensus;
import dev.keelson.testkit.internal.TimeFactor;
import dev.keelson.testkit.internal.WarmUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * Tells what a piece of code left behind: running and escaped processes, zombies, threads, open
 * descriptors and temporary files, each by name.
 *
 * <pre>{@code
 * LeakOracle oracle = LeakOracle.snapshot();
 * new Pool().close();
 * oracle.assertNoLeaks();
 * }</pre>
 *
 * <p>What was there at the snapshot is never blamed. What is new may take a while to go away: the
 * oracle looks again and again until nothing is left or {@link LeakPolicy#within} has passed. What
 * Keelson keeps for reuse, and what belongs to the JVM or the test tools, is left out and listed as
 * ignored. After a failed assertion the leaked processes are killed and the rest is taken for
 * granted, so that the next test is not blamed.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 *
 * <p><b>Limitations.</b> Linux. It sees the whole JVM: while other tests run in parallel it blames
 * the wrong one. It does not see virtual threads, memory, or a process that cleared its
 * environment, left its session and lost its parents before the check. Descriptors that a JDK class
 * opens once for good count for the test that used the class first, except for files, pipes and
 * selectors.
 */
public final class LeakOracle {

  private static final String SCOPE_VARIABLE = "KEELSON_TESTKIT_SCOPE";
  private static final int LOOKS_AT_LEAST = 6; // where the first ones could not see everything
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LeakPolicy policy;
  private final String scopeId;
  private final List<Census> censuses;

  private LeakOracle(LeakPolicy policy, String scopeId, List<Census> censuses) {
    this.policy = policy;
    this.scopeId = scopeId;
    this.censuses = censuses;
  }

  /** Remembers what is there now, to be compared under the standard policy. */
  public static LeakOracle snapshot() {
    return snapshot(LeakPolicy.standard());
  }

  /** Remembers what is there now. */
  public static LeakOracle snapshot(LeakPolicy policy) {
    requireNonNull(policy, "policy");
    WarmUp.done();
    String scopeId = UUID.randomUUID().toString();
    List<Census> censuses = new ArrayList<>();
    if (wants(policy, LeakKind.SURVIVOR) || wants(policy, LeakKind.ZOMBIE)) {
      censuses.add(new ProcessCensus(SCOPE_VARIABLE + "=" + scopeId));
    }
    if (wants(policy, LeakKind.THREAD)) {
      censuses.add(new ThreadCensus());
    }
    if (wants(policy, LeakKind.FILE)) {
      censuses.add(new FileCensus(policy.directories()));
    }
    if (wants(policy, LeakKind.DESCRIPTOR)) {
      censuses.add(new DescriptorCensus());
    }
    return new LeakOracle(policy, scopeId, List.copyOf(censuses));
  }

  private static boolean wants(LeakPolicy policy, LeakKind kind) {
    return policy.kinds().contains(kind);
  }

  /** The same snapshot with another deadline. */
  public LeakOracle within(Duration limit) {
    return new LeakOracle(policy.within(limit), scopeId, censuses);
  }

  /** The same snapshot, leaving out what has a matching name; see {@link LeakPolicy#ignoring}. */
  public LeakOracle ignoring(LeakKind kind, String name, String reason) {
    return new LeakOracle(policy.ignoring(kind, name, reason), scopeId, censuses);
  }

  /**
   * What to add to the environment of a process that is not started by Keelson, so that it is
   * recognised even after it escaped.
   */
  public Map<String, String> environment() {
    return Map.of(SCOPE_VARIABLE, scopeId);
  }

  /**
   * Looks until nothing is left or the deadline has passed, and reports. An interrupt does not
   * shorten it and is kept.
   */
  public LeakReport check() {
    long start = System.nanoTime();
    long limit = TimeFactor.scale(policy.limit()).toNanos();
    long pause = TimeUnit.MILLISECONDS.toNanos(1);
    Look before = null;
    boolean interrupted = false;
    try {
      for (int looks = 1; ; looks++) {
        long left = limit - (System.nanoTime() - start);
        Look look = look();
        // Whatever comes and goes between two looks is at work, not left behind.
        List<Leak> leaks = left <= 0 && before != null ? look.alsoIn(before) : look.leaks;
        boolean settled = !look.again || looks >= LOOKS_AT_LEAST;
        if ((leaks.isEmpty() && settled) || left <= 0) {
          Duration waited = Duration.ofNanos(System.nanoTime() - start);
          return new LeakReport(policy.scope(), leaks, look.ignored, look.notes, List.of(), waited);
        }
        before = look;
        interrupted |= pause(Math.min(pause, left));
        pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Checks, and if something is left, quarantines it and fails.
   *
   * @throws LeakError that names everything left behind
   */
  public void assertNoLeaks() {
    LeakReport report = check();
    if (!report.isClean()) {
      throw new LeakError(report.quarantined(quarantine(report)));
    }
  }

  /** Quarantines what is left now, without waiting for it to go away, and tells what that was. */
  public LeakReport quarantine() {
    LeakReport report = within(Duration.ZERO).check();
    return report.isClean() ? report : report.quarantined(quarantine(report));
  }

  /** Kills the leaked processes and takes everything else for granted. */
  private List<String> quarantine(LeakReport report) {
    List<String> actions = new ArrayList<>();
    List<ProcInfo> killed = new ArrayList<>();
    for (Leak leak : report.leaks(LeakKind.SURVIVOR)) {
      // Procs.kill compares the start time first: the pid may be another process's by now.
      if (leak.process() != null && Procs.kill(leak.process())) {
        killed.add(leak.process());
      }
    }
    boolean interrupted = false;
    long end = System.nanoTime() + TimeFactor.scale(Duration.ofSeconds(2)).toNanos();
    while (killed.stream().anyMatch(Procs::isAlive) && System.nanoTime() - end < 0) {
      interrupted |= pause(TimeUnit.MILLISECONDS.toNanos(1));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!killed.isEmpty()) {
      actions.add("killed " + killed.stream().map(process -> "pid " + process.pid()).toList());
    }
    int rest = report.leaks().size() - killed.size();
    if (rest > 0) {
      actions.add("took the other " + rest + " for granted from here on");
    }
    censuses.forEach(Census::adopt);
    return actions;
  }

  private Look look() {
    Look look = new Look(policy);
    censuses.forEach(census -> census.inspect(look));
    return look;
  }

  /** Returns whether it was interrupted. */
  private static boolean pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** What one look shows. */
  private static final class Look implements Findings {
    final List<Leak> leaks = new ArrayList<>();
    final List<LeakReport.Ignored> ignored = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    boolean again;
    private final LeakPolicy policy;

    Look(LeakPolicy policy) {
      this.policy = policy;
    }

    @Override
    public void leak(Leak leak) {
      if (!wants(policy, leak.kind())) {
        return;
      }
      @Nullable String reason = policy.reasonToIgnore(leak).orElse(null);
      if (reason == null) {
        leaks.add(leak);
      } else {
        ignored(leak.kind(), leak.name(), reason);
      }
    }

    @Override
    public void ignored(LeakKind kind, String name, String reason) {
      ignored.add(new LeakReport.Ignored(kind, name, reason));
    }

    @Override
    public void lookAgain() {
      again = true;
    }

    @Override
    public void note(String note) {
      notes.add(note);
    }

    List<Leak> alsoIn(Look before) {
      return leaks.stream().filter(leak -> before.leaks.stream().anyMatch(leak::isSame)).toList();
    }
  }
}
