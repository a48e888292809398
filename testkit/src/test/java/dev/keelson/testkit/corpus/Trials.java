/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.OrderChecking;
import dev.keelson.lock.SiteRecording;
import dev.keelson.testkit.Body;
import dev.keelson.testkit.Deadlocks;
import dev.keelson.testkit.Descriptors;
import dev.keelson.testkit.FakeLauncher;
import dev.keelson.testkit.Gc;
import dev.keelson.testkit.HangReports;
import dev.keelson.testkit.HeapGrowth;
import dev.keelson.testkit.KeelsonRules;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.LeakPolicy;
import dev.keelson.testkit.LeakScope;
import dev.keelson.testkit.Locks;
import dev.keelson.testkit.Processes;
import dev.keelson.testkit.Schedules;
import dev.keelson.testkit.Threads;
import dev.keelson.testkit.Wakeups;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * The tools, and how each is put to a pair of variants: the same way to both, but for limits of
 * time. Whoever is wrong is so at once, and whoever is right gets all the time of a loaded machine.
 */
final class Trials {

  static final Duration NO_HURRY = ofSeconds(60);

  private Trials() {}

  /** A variant that may mark its processes as the scope's. */
  interface InScope {
    void run(LeakScope scope) throws Exception;
  }

  /** A variant that launches. */
  interface Launching {
    void run(FakeLauncher launcher) throws Exception;
  }

  /** What a variant leaves of one kind. */
  static Trial leaving(LeakKind kind, InScope wrong, InScope right) {
    String tool =
        switch (kind) {
          case SURVIVOR, ZOMBIE -> "Processes.assertNoneLeft";
          case THREAD -> "Threads.assertNoneLeft";
          case DESCRIPTOR -> "Descriptors.assertNoneLeft";
          case LOCK -> "Locks.assertAllReleased";
          case FILE -> "LeakScope";
        };
    return new Trial(tool, scoped(kind, ofMillis(60), wrong), scoped(kind, NO_HURRY, right));
  }

  /** The same, of what needs no mark. */
  static Trial leaving(LeakKind kind, Body wrong, Body right) {
    return leaving(kind, scope -> wrong.run(), scope -> right.run());
  }

  private static Body scoped(LeakKind kind, Duration within, InScope variant) {
    LeakPolicy policy = LeakPolicy.standard().scope("the seed").within(within);
    return () -> {
      LeakScope scope =
          LeakScope.open(
              kind == LeakKind.SURVIVOR
                  ? policy.only(LeakKind.SURVIVOR, LeakKind.ZOMBIE)
                  : policy.only(kind));
      variant.run(scope);
      switch (kind) {
        case SURVIVOR, ZOMBIE -> Processes.assertNoneLeft(scope);
        case THREAD -> Threads.assertNoneLeft(scope);
        case DESCRIPTOR -> Descriptors.assertNoneLeft(scope);
        case LOCK -> Locks.assertAllReleased(scope);
        case FILE -> scope.assertNoLeaks();
      }
    };
  }

  /** Whether what they give can be collected. */
  static Trial collected(Supplier<?> wrong, Supplier<?> right) {
    return new Trial(
        "Gc.assertCollectable",
        () -> Gc.assertCollectable(wrong),
        () -> Gc.assertCollectable(right),
        true);
  }

  /** Whether what they give stays. */
  static Trial retained(Supplier<?> wrong, Supplier<?> right) {
    return new Trial(
        "Gc.assertRetained", () -> Gc.assertRetained(wrong), () -> Gc.assertRetained(right), true);
  }

  /** What grows when they are run many times. */
  static Trial growing(Body wrong, Body right) {
    return new Trial(
        "HeapGrowth.assertNone",
        () -> HeapGrowth.of(3, 20, wrong).assertNone(),
        () -> HeapGrowth.of(3, 20, right).minus(HeapGrowth.of(3, 20, () -> {})).assertNone(),
        true);
  }

  /** What hangs when they have returned. */
  static Trial hanging(Body wrong, Body right) {
    return new Trial("Deadlocks.assertNone()", lookedAt(wrong), lookedAt(right));
  }

  private static Body lookedAt(Body variant) {
    return () -> {
      variant.run();
      Deadlocks.assertNone();
    };
  }

  /** Whether they end, two of each beside one another. */
  static Trial ending(Supplier<Body> wrong, Supplier<Body> right) {
    return new Trial(
        "Deadlocks.assertNone",
        () -> Deadlocks.assertNone(ofSeconds(2), wrong.get(), wrong.get()),
        () -> Deadlocks.assertNone(NO_HURRY, right.get(), right.get()));
  }

  /** In which order they take the locks of a registry. */
  static Trial ordering(Consumer<LockRegistry> wrong, Consumer<LockRegistry> right) {
    return new Trial("Deadlocks.assertLockOrderConsistent", ordered(wrong), ordered(right));
  }

  private static Body ordered(Consumer<LockRegistry> variant) {
    return () -> {
      LockRegistry registry =
          LockRegistry.builder()
              .name("corpus")
              .order(OrderChecking.WARN)
              .sites(SiteRecording.ALL)
              .build();
      variant.accept(registry);
      Deadlocks.assertLockOrderConsistent(registry);
    };
  }

  /** Whether they lose a wake-up. */
  static Trial waking(
      Supplier<? extends Wakeups.Subject> wrong, Supplier<? extends Wakeups.Subject> right) {
    return waking(100_000, ofMillis(300), wrong, right);
  }

  /** The same, in so many rounds of the wrong one, each of which may take so long. */
  static Trial waking(
      int rounds,
      Duration patience,
      Supplier<? extends Wakeups.Subject> wrong,
      Supplier<? extends Wakeups.Subject> right) {
    return new Trial(
        "Wakeups.assertNoneLost",
        () -> Wakeups.assertNoneLost(wrong.get(), rounds, patience),
        () -> Wakeups.assertNoneLost(right.get(), 300, NO_HURRY));
  }

  /** Whether they launch what was registered. */
  static Trial launching(Consumer<FakeLauncher> script, Launching wrong, Launching right) {
    return new Trial("FakeLauncher", faked(script, wrong), faked(script, right));
  }

  private static Body faked(Consumer<FakeLauncher> script, Launching variant) {
    return () -> {
      try (FakeLauncher fake = FakeLauncher.strict()) {
        script.accept(fake);
        variant.run(fake);
      }
    };
  }

  /** Whether their code keeps the rule. */
  static Trial keepingTheRule(Class<?> wrong, Class<?> right) {
    return new Trial("KeelsonRules.NO_RAW_PROCESS_BUILDER", ruled(wrong), ruled(right));
  }

  private static Body ruled(Class<?> variant) {
    return () ->
        KeelsonRules.NO_RAW_PROCESS_BUILDER.check(new ClassFileImporter().importClasses(variant));
  }

  /** Tests that time out, and what is said of where they hang. */
  static Trial timingOut(Class<?> wrong, Class<?> right) {
    return new Trial("HangReports", () -> runAsTest(wrong), () -> runAsTest(right));
  }

  private static void runAsTest(Class<?> fixture) {
    for (Throwable failure : failures(fixture)) {
      String report =
          Stream.of(failure.getSuppressed())
              .filter(HangReports.Report.class::isInstance)
              .map(Throwable::getMessage)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("failed without a report", failure));
      throw new AssertionError(report, failure);
    }
  }

  private static List<Throwable> failures(Class<?> fixture) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(fixture))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .toList();
  }

  /** Whether all of their schedules end well. */
  static Trial scheduled(Schedules.Scenario wrong, Schedules.Scenario right) {
    return new Trial(
        "Schedules.check",
        () -> Schedules.pct(2).iterations(2_000).check(wrong),
        () -> Schedules.pct(2).iterations(100).check(right));
  }

  /** The same, of a test each. */
  static Trial scheduled(Class<?> wrong, Class<?> right) {
    return new Trial("@ScheduleTest", () -> runScheduled(wrong), () -> runScheduled(right));
  }

  private static void runScheduled(Class<?> fixture) {
    for (Throwable failure : failures(fixture)) {
      throw new AssertionError(failure.getMessage(), failure);
    }
  }

  /** Whether a realm takes their action. */
  static Trial registering(Body wrong, Body right) {
    return new Trial("CleanupRealm.register", wrong, right);
  }

  /** What a realm tells of owners that were dropped without a close. */
  static Trial dropping(Forgotten.Owning wrong, Forgotten.Owning right) {
    return new Trial(
        "LeakReport", () -> Forgotten.assertNone(wrong), () -> Forgotten.assertNone(right), true);
  }
}
