/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.lock.HangReport;
import dev.keelson.lock.LockOrderException;
import dev.keelson.lock.LockRegistry;
import dev.keelson.testkit.internal.Crowd;
import dev.keelson.testkit.internal.HangText;
import dev.keelson.testkit.internal.TimeFactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asserts that threads do not wait for each other for ever, and that they could not: a lock order
 * that is violated is found without a hang.
 *
 * <pre>{@code
 * Deadlocks.assertNone(ofSeconds(10), () -> a.transferTo(b), () -> b.transferTo(a));
 * Deadlocks.assertLockOrderConsistent(registry);
 * }</pre>
 *
 * <p>Seen are {@link dev.keelson.lock.ResettableLock ResettableLocks}, and monitors and other locks
 * as far as the JVM tells of them; see {@link HangReport}.
 *
 * <p><b>Thread safety.</b> Stateless; safe for use by multiple threads.
 */
public final class Deadlocks {

  private static final int MOST_VIOLATIONS = 5;

  private Deadlocks() {}

  /**
   * Runs the bodies at the same time, each on a thread of its own, and asserts that all are done in
   * time. If not, they are interrupted, and threads that do not heed that are left alone: they are
   * daemons.
   *
   * @param within the limit, multiplied by {@code -Dkeelson.testkit.timeFactor}
   * @throws AssertionError if some are not done in time, with a hang report, or if some fail; what
   *     bodies threw until then are suppressed ones of it
   * @throws IllegalArgumentException if there are fewer than two bodies, or the limit is not
   *     positive
   * @throws InterruptedException if the calling thread is interrupted; the bodies are, too
   */
  public static void assertNone(Duration within, Body... bodies) throws InterruptedException {
    if (bodies.length < 2) {
      throw new IllegalArgumentException(
          bodies.length + " bodies were given; a deadlock takes two at least");
    }
    if (within.isZero() || within.isNegative()) {
      throw new IllegalArgumentException("within is " + within + "; it must be positive");
    }
    Duration limit = TimeFactor.scale(within);
    Crowd crowd = Crowd.start("deadlock-", List.of(bodies));
    try {
      if (!crowd.await(limit)) {
        throw stuck(limit, crowd);
      }
    } finally {
      crowd.interrupt();
    }
    List<Throwable> failures = crowd.failures();
    if (!failures.isEmpty()) {
      AssertionError error =
          new AssertionError(
              "no deadlock, but "
                  + failures.size()
                  + " of "
                  + bodies.length
                  + " bodies failed, the first with "
                  + failures.get(0));
      failures.forEach(error::addSuppressed);
      throw error;
    }
  }

  private static AssertionError stuck(Duration limit, Crowd crowd) {
    List<Thread> stuck = crowd.alive();
    HangReport report = LockRegistry.global().report();
    String verdict =
        circle(report, stuck)
            + stuck.size()
            + " of "
            + crowd.size()
            + " bodies were not done within "
            + limit.toMillis()
            + " ms";
    AssertionError error = new AssertionError(HangText.of(verdict, report, stuck));
    crowd.failures().forEach(error::addSuppressed);
    return error;
  }

  /** Other threads of this JVM may be in a circle, too, of which the bodies know nothing. */
  private static String circle(HangReport report, List<Thread> stuck) {
    List<HangReport.Finding> circles =
        report.findings().stream()
            .filter(found -> found.kind() == HangReport.Kind.DEADLOCK)
            .toList();
    Set<Long> ids = stuck.stream().map(Thread::getId).collect(Collectors.toSet());
    if (circles.stream()
        .flatMap(found -> found.waiting().stream())
        .anyMatch(waiting -> ids.contains(waiting.thread().id()))) {
      return "deadlock: ";
    }
    return circles.isEmpty()
        ? "not done, though no circle of locks is seen: "
        : "not done, though none of them is in the circle of locks that is seen: ";
  }

  /**
   * Asserts that nobody in this JVM waits in a circle now, or for a lock whose owner is dead. Looks
   * twice, half a second apart, if the first look raises suspicion.
   *
   * @throws AssertionError if so, with a hang report
   */
  public static void assertNone() {
    if (wrong(LockRegistry.global().report(Duration.ZERO)).isEmpty()) {
      return;
    }
    HangReport report = LockRegistry.global().report();
    List<HangReport.Finding> wrong = wrong(report);
    if (!wrong.isEmpty()) {
      HangReport.Finding worst = wrong.get(0);
      String verdict = worst.kind() + " over " + worst.lock();
      throw new AssertionError(HangText.of(verdict, report, List.of()));
    }
  }

  private static List<HangReport.Finding> wrong(HangReport report) {
    return report.findings().stream()
        .filter(
            found ->
                found.kind() == HangReport.Kind.DEADLOCK
                    || (found.kind() == HangReport.Kind.ABANDONED && !found.waiting().isEmpty()))
        .toList();
  }

  /**
   * Asserts that the locks of a registry were taken in one order so far, whichever threads took
   * them, and whether they hung or not. The registry must check orders: {@code
   * LockRegistry.builder().order(OrderChecking.WARN)}, or {@code -Dkeelson.lock.order=warn} for the
   * global one.
   *
   * @throws AssertionError if there were two orders; the message shows where both come from, as far
   *     as {@link dev.keelson.lock.SiteRecording} says
   * @throws IllegalArgumentException if the registry checks no order
   */
  public static void assertLockOrderConsistent(LockRegistry registry) {
    requireNonNull(registry, "registry");
    if (!registry.checksOrder()) {
      throw new IllegalArgumentException(
          "registry "
              + registry.name()
              + " does not check orders, so nothing can be asserted; build it with"
              + " order(OrderChecking.WARN)");
    }
    List<LockOrderException> violations = registry.orderViolations();
    if (violations.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        violations.size()
            + (violations.size() == 1 ? " violation" : " violations")
            + " of the lock order in registry "
            + registry.name());
    for (LockOrderException each :
        violations.subList(0, Math.min(MOST_VIOLATIONS, violations.size()))) {
      lines.add("  held " + each.held() + ", asked for " + each.asked());
      String.valueOf(each.getMessage())
          .lines()
          .skip(1)
          .forEach(line -> lines.add("    " + line.strip()));
    }
    if (violations.size() > MOST_VIOLATIONS) {
      lines.add("  ... and " + (violations.size() - MOST_VIOLATIONS) + " more");
    }
    lines.add("to fix: take them in one order everywhere, or the second by tryLock()");
    lines.add("to allow: LockRegistry.allowNesting(name), for several locks of one name");
    throw new AssertionError(String.join("\n", lines), violations.get(0));
  }
}
