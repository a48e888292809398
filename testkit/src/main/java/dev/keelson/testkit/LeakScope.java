/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.Census;
import dev.keelson.testkit.internal.DescriptorCensus;
import dev.keelson.testkit.internal.FileCensus;
import dev.keelson.testkit.internal.Findings;
import dev.keelson.testkit.internal.LockCensus;
import dev.keelson.testkit.internal.ProcessCensus;
import dev.keelson.testkit.internal.ScopeToken;
import dev.keelson.testkit.internal.ThreadCensus;
import dev.keelson.testkit.internal.TimeFactor;
import dev.keelson.testkit.internal.TokenCensus;
import dev.keelson.testkit.internal.WarmUp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.annotation.Nullable;

/**
 * Tells what a piece of code left behind: running and escaped processes, zombies, threads, open
 * descriptors, temporary files and held locks, each by name.
 *
 * <pre>{@code
 * try (LeakScope scope = LeakScope.open()) {
 *   new Pool().close();
 * }                                          // fails if anything is left
 * }</pre>
 *
 * <p>What was there when the scope was opened is never blamed. What is new may take a while to go
 * away: the scope looks again and again until nothing is left or {@link LeakPolicy#within} has
 * passed. What Keelson keeps for reuse, and what belongs to the JVM or the test tools, is left out
 * and listed as ignored. After a failed assertion the leaked processes are killed, leaked locks are
 * taken away, and the rest is taken for granted, so that the next test is not blamed. An assertion
 * about some kinds, as by {@link Threads}, leaves the others as they are.
 *
 * <p>A scope may be asked as often as one likes, and need not be closed: then it is not judged. The
 * whole JVM is held responsible unless the policy says {@link LeakMode#TOKEN}.
 *
 * <p><b>Thread safety.</b> One thread at a time. A scope in token mode is closed by the thread that
 * opened it.
 *
 * <p><b>Limitations.</b> Processes and descriptors are seen on Linux only; elsewhere a report says
 * so. In census mode it blames the wrong one while other tests run in parallel. It does not see
 * memory (see {@link Gc}), locks that no registry knows, virtual threads before JDK 21, or a
 * process that cleared its environment, left its session and lost its parents before the check.
 * Descriptors that a JDK class opens once for good count for the code that used the class first,
 * except for files, pipes, selectors and the pollers of virtual threads. Descriptors of jars,
 * libraries and what is below {@code /proc} or {@code /sys} are not judged: the JVM opens those at
 * will. What is new in {@code /tmp} or {@code /var/tmp} itself, to which everybody writes, is only
 * noted, unless Keelson made it or the policy watches the directory.
 */
public final class LeakScope implements AutoCloseable {

  private static final String SCOPE_VARIABLE = "KEELSON_TESTKIT_SCOPE";
  private static final int LOOKS_AT_LEAST = 6; // where the first ones could not see everything
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final boolean PROC = Files.isDirectory(Path.of("/proc/self/fd"));

  private final LeakPolicy policy;
  private final Baseline baseline;

  /** For which scope the thread worked before this one; only in token mode. */
  private final @Nullable ScopeToken before;

  /**
   * What is compared with.
   *
   * @param token by which what Keelson creates is recognised; null in census mode
   */
  private record Baseline(
      String id, @Nullable ScopeToken token, List<Census> censuses, AtomicBoolean closed) {}

  private LeakScope(LeakPolicy policy, Baseline baseline, @Nullable ScopeToken before) {
    this.policy = policy;
    this.baseline = baseline;
    this.before = before;
  }

  /** Opens a scope under the standard policy. */
  public static LeakScope open() {
    return open(LeakPolicy.standard());
  }

  /**
   * Opens a scope: remembers what is there now.
   *
   * @throws IllegalArgumentException if the policy asks for threads alone, in {@link
   *     LeakMode#TOKEN}, which sees none
   */
  public static LeakScope open(LeakPolicy policy) {
    requireNonNull(policy, "policy");
    policy.mode().checkSees(policy.kinds());
    WarmUp.done();
    String id = UUID.randomUUID().toString();
    if (policy.mode() == LeakMode.TOKEN) {
      ScopeToken token = ScopeToken.create();
      List<Census> censuses = new ArrayList<>(List.of(new TokenCensus(token)));
      if (wants(policy, LeakKind.LOCK)) {
        censuses.add(new LockCensus(Thread.currentThread()));
      }
      return new LeakScope(
          policy, new Baseline(id, token, censuses, new AtomicBoolean()), token.enter());
    }
    return new LeakScope(
        policy, new Baseline(id, null, censuses(policy, id), new AtomicBoolean()), null);
  }

  /** A scope that compares with a given baseline. */
  static LeakScope comparing(LeakPolicy policy, List<Census> censuses) {
    return new LeakScope(policy, new Baseline("", null, censuses, new AtomicBoolean()), null);
  }

  /**
   * Runs code in a scope of its own. If the code fails, that failure is thrown, with what was left
   * behind as a suppressed one; otherwise the scope is closed and judged.
   *
   * @throws LeakError if something is left; its message names it
   * @throws Exception what the code throws
   */
  public static void run(LeakPolicy policy, Body body) throws Exception {
    requireNonNull(body, "body");
    LeakScope scope = open(policy);
    try {
      body.run();
    } catch (Throwable e) {
      LeakFindings findings = scope.abandon();
      if (!findings.isClean()) {
        e.addSuppressed(new LeakError(findings));
      }
      throw e;
    }
    scope.close();
  }

  private static List<Census> censuses(LeakPolicy policy, String id) {
    List<Census> censuses = new ArrayList<>();
    if (wants(policy, LeakKind.SURVIVOR) || wants(policy, LeakKind.ZOMBIE)) {
      censuses.add(new ProcessCensus(SCOPE_VARIABLE + "=" + id));
    }
    if (wants(policy, LeakKind.THREAD)) {
      censuses.add(new ThreadCensus());
    }
    if (wants(policy, LeakKind.FILE)) {
      censuses.add(new FileCensus(policy.directories()));
    }
    if (wants(policy, LeakKind.LOCK)) {
      censuses.add(new LockCensus(null));
    }
    if (wants(policy, LeakKind.DESCRIPTOR)) {
      censuses.add(new DescriptorCensus());
    }
    return censuses;
  }

  private static boolean wants(LeakPolicy policy, LeakKind kind) {
    return policy.kinds().contains(kind);
  }

  /** The same scope with another deadline. */
  public LeakScope within(Duration limit) {
    return new LeakScope(policy.within(limit), baseline, before);
  }

  /** The same scope, leaving out what has a matching name; see {@link LeakPolicy#ignoring}. */
  public LeakScope ignoring(LeakKind kind, String name, String reason) {
    return new LeakScope(policy.ignoring(kind, name, reason), baseline, before);
  }

  /**
   * What to add to the environment of a process that is not started by Keelson, so that it is
   * recognised even after it escaped.
   */
  public Map<String, String> environment() {
    return Map.of(SCOPE_VARIABLE, baseline.id);
  }

  /**
   * Looks until nothing is left or the deadline has passed, and reports. An interrupt does not
   * shorten it and is kept.
   */
  public LeakFindings check() {
    long start = System.nanoTime();
    long limit = TimeFactor.scale(policy.limit()).toNanos();
    long pause = TimeUnit.MILLISECONDS.toNanos(1);
    Look last = null;
    boolean interrupted = false;
    try {
      for (int looks = 1; ; looks++) {
        long left = limit - (System.nanoTime() - start);
        Look look = look();
        // Whatever comes and goes between two looks is at work, not left behind.
        List<Leak> leaks = left <= 0 && last != null ? look.alsoIn(last) : look.leaks;
        boolean settled = !look.again || looks >= LOOKS_AT_LEAST;
        if ((leaks.isEmpty() && settled) || left <= 0) {
          Duration waited = Duration.ofNanos(System.nanoTime() - start);
          return new LeakFindings(
              policy.scope(), leaks, look.ignored, look.notes, List.of(), waited);
        }
        last = look;
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
    LeakFindings findings = check();
    if (!findings.isClean()) {
      throw new LeakError(findings.quarantined(quarantine(findings)));
    }
  }

  /** Quarantines what is left now, without waiting for it to go away, and tells what that was. */
  public LeakFindings quarantine() {
    LeakFindings findings = within(Duration.ZERO).check();
    return findings.isClean() ? findings : findings.quarantined(quarantine(findings));
  }

  /**
   * Ends the scope and asserts that nothing is left. The second time it does nothing.
   *
   * @throws LeakError that names everything left behind
   */
  @Override
  public void close() {
    if (baseline.closed.compareAndSet(false, true)) {
      leave();
      assertNoLeaks();
    }
  }

  /** Ends the scope of code that has failed already: quarantines what is left, and tells. */
  LeakFindings abandon() {
    baseline.closed.set(true);
    leave();
    return quarantine();
  }

  /** The same scope for the calling thread as well, until it leaves. */
  LeakScope enter() {
    return new LeakScope(policy, baseline, baseline.token == null ? null : baseline.token.enter());
  }

  /** The calling thread does not work for this scope any more. */
  void leave() {
    if (baseline.token != null) {
      ScopeToken.restore(before);
    }
  }

  /** The same scope, for some of its kinds only. */
  LeakScope only(LeakKind first, LeakKind... more) {
    Set<LeakKind> kinds = EnumSet.of(first, more);
    policy.mode().checkSees(kinds);
    for (LeakKind kind : kinds) {
      if (!wants(policy, kind)) {
        throw new IllegalArgumentException(
            "the scope of " + policy.scope() + " was not opened for " + kind + "; see LeakPolicy");
      }
    }
    return new LeakScope(policy.only(first, more), baseline, before);
  }

  /**
   * Kills the leaked processes, takes the leaked locks away, and adopts everything else of the
   * kinds that were asked about. The others are left to whoever asks about them.
   */
  private List<String> quarantine(LeakFindings findings) {
    List<String> actions = new ArrayList<>();
    List<ProcInfo> killed = new ArrayList<>();
    for (Leak leak : findings.leaks(LeakKind.SURVIVOR)) {
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
    for (Census census : baseline.censuses) {
      if (!Collections.disjoint(census.kinds(), policy.kinds())) {
        actions.addAll(census.quarantine(policy.kinds(), findings.leaks()));
      }
    }
    int rest = findings.leaks().size() - killed.size() - findings.leaks(LeakKind.LOCK).size();
    if (rest > 0) {
      actions.add("took the other " + rest + " for granted from here on");
    }
    return actions;
  }

  private Look look() {
    Look look = new Look(policy);
    baseline.censuses.forEach(census -> census.inspect(look));
    if (!PROC) {
      look.note("processes and descriptors cannot be seen on this system, only on Linux");
    }
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
    final List<LeakFindings.Ignored> ignored = new ArrayList<>();
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
      ignored.add(new LeakFindings.Ignored(kind, name, reason));
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
