/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

@Tag("process")
class NoLeaksTest {

  /** What the fixture's failing tests left behind, to be ended here. */
  private static final AtomicReference<Process> LEFT = new AtomicReference<>();

  @AfterEach
  void end() throws Exception {
    Process left = LEFT.getAndSet(null);
    if (left != null) {
      left.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldFailTheTestThatLeaksAndNoOther() throws Exception {
    EngineExecutionResults results = run(Leaking.class);
    Map<String, String> failures = failures(results);
    assertEquals(List.of("shouldLeakFirst()"), List.copyOf(failures.keySet()));
    String message = failures.get("shouldLeakFirst()");
    // After 2.6 seconds and what the looks take, and not after the two that are the default.
    String wanted = "1 survivor leaked by Leaking.shouldLeakFirst() (after ";
    assertTrue(message.startsWith(wanted), message);
    String seconds = message.substring(wanted.length(), message.indexOf(" s", wanted.length()));
    assertTrue(Double.parseDouble(seconds) >= 2.6, message);
    assertTrue(message.contains("sleep"), message);
    assertEquals(2, results.testEvents().succeeded().count());
    Process left = LEFT.get();
    assertTrue(left != null && left.waitFor(10, TimeUnit.SECONDS), "quarantined");
  }

  @Test
  void shouldQuarantineAndReportButNotJudgeWhenTheTestFailed() throws Exception {
    EngineExecutionResults results = run(Failing.class);
    assertEquals(Map.of("shouldFail()", "on purpose"), failures(results));
    assertEquals(1, results.testEvents().reportingEntryPublished().count());
    Process left = LEFT.get();
    assertTrue(left != null && left.waitFor(10, TimeUnit.SECONDS), "quarantined");
  }

  @Test
  void shouldStayGreenWhenEverythingIsClosed() {
    EngineExecutionResults results = run(Clean.class);
    assertEquals(Map.of(), failures(results));
    assertEquals(2, results.testEvents().succeeded().count());
  }

  @Test
  void shouldReachNestedClassesAndSingleMethods() {
    assertTrue(
        failures(run(Outer.class)).get("shouldLeak()").startsWith("1 thread leaked by Inner"));
    Map<String, String> failures = failures(run(Single.class));
    assertEquals(List.of("shouldLeakAnnotated()"), List.copyOf(failures.keySet()));
    assertFalse(failures.get("shouldLeakAnnotated()").contains("survivor"));
  }

  @Test
  void shouldJudgeTheClassAsAWholeWhenAskedTo() {
    EngineExecutionResults results = run(WholeClass.class);
    assertEquals(Map.of(), failures(results), "a test may leave something to the next one");
    String message =
        results.containerEvents().failed().stream()
            .map(NoLeaksTest::message)
            .findFirst()
            .orElseThrow();
    assertTrue(message.startsWith("1 thread leaked by WholeClass (after "), message);
    assertTrue(message.contains("\"left by a test\""), message);
    assertFalse(message.contains("ended in time"), message);
  }

  @Test
  void shouldJudgeTheClassThoughATestOfItWasAborted() {
    EngineExecutionResults results = run(WholeWithAssumption.class);
    assertEquals(1, results.testEvents().aborted().count());
    List<String> blamed = blamedContainers(results);
    assertEquals(1, blamed.size(), blamed::toString);
    assertTrue(
        blamed.get(0).startsWith("1 thread leaked by WholeWithAssumption"), blamed::toString);
  }

  @Test
  void shouldNotJudgeTheClassWhenOneInsideOfItFailed() {
    assertEquals(List.of("on purpose"), blamedContainers(run(WholeAroundFailing.class)));
  }

  private static List<String> blamedContainers(EngineExecutionResults results) {
    return results.containerEvents().failed().stream().map(NoLeaksTest::message).toList();
  }

  @Test
  void shouldNotBlameTheClassForWhatATestWithAScopeOfItsOwnWasBlamedFor() {
    EngineExecutionResults results = run(WholeWithOwnScope.class);
    Map<String, String> failures = failures(results);
    assertEquals(Set.of("shouldLeak()", "shouldBeRefused()"), failures.keySet());
    assertTrue(failures.get("shouldLeak()").startsWith("1 thread leaked by"), failures::toString);
    assertTrue(failures.get("shouldBeRefused()").contains("as a whole"), failures::toString);
    assertEquals(0, results.containerEvents().failed().count());
  }

  @Test
  void shouldLeaveOutWhatIsAllowedAndTellTheReason() {
    Map<String, String> failures = failures(run(Allowing.class));
    assertEquals(List.of("shouldBlameTheOther()"), List.copyOf(failures.keySet()));
    String message = failures.get("shouldBlameTheOther()");
    assertTrue(message.startsWith("1 thread leaked by"), message);
    assertTrue(message.contains("ignored: 1 THREAD, known since 2020"), message);
    assertTrue(message.contains("\"surprise\""), message);
    assertTrue(
        failures(run(Unreasoned.class)).get("shouldSayWhy()").contains("must say its reason"));
  }

  @Test
  void shouldRefuseToAllowATestAnythingWhenTheClassIsJudgedAsAWhole() {
    Map<String, String> failures = failures(run(WholeAllowing.class));
    assertEquals(
        Set.of("shouldBeRefused()", "shouldBeRefusedWithoutReason()", "shouldBeRefusedNested()"),
        failures.keySet());
    failures
        .values()
        .forEach(
            message -> assertTrue(message.contains("judges WholeAllowing as a whole"), message));
  }

  @Test
  void shouldHandItsScopeToTheTest() {
    assertEquals(Map.of(), failures(run(Asking.class)));
  }

  @Test
  void shouldBlameOnlyTheCulpritOfTestsThatRunInParallelInTokenMode() {
    Map<String, String> failures = failures(parallel(Tokens.class));
    assertEquals(List.of("shouldLeak()"), List.copyOf(failures.keySet()), failures.toString());
    String message = failures.get("shouldLeak()");
    assertTrue(message.startsWith("1 survivor"), message);
    assertTrue(message.contains(" leaked by Tokens.shouldLeak() (after "), message);
    assertTrue(message.contains("NoLeaksTest$Tokens.sleeper(NoLeaksTest.java:"), message);
  }

  @Test
  void shouldRunAloneInCensusModeAlsoWhereOthersRunInParallel() {
    Alone.RUNNING.set(0);
    Alone.MOST.set(0);
    assertEquals(Map.of(), failures(parallel(Alone.class)));
    assertEquals(1, Alone.MOST.get());
  }

  private static EngineExecutionResults parallel(Class<?> fixture) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .selectors(selectClass(fixture))
        .execute();
  }

  private static EngineExecutionResults run(Class<?> fixture) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(fixture)).execute();
  }

  private static Map<String, String> failures(EngineExecutionResults results) {
    Map<String, String> failures = new TreeMap<>();
    results.testEvents().failed().stream()
        .forEach(event -> failures.put(event.getTestDescriptor().getDisplayName(), message(event)));
    return failures;
  }

  private static String message(Event event) {
    return event
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .map(Throwable::getMessage)
        .orElse("");
  }

  private static void leakProcess() throws Exception {
    Process process =
        ChildProgram.create()
            .runForever()
            .builder()
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    LEFT.set(process);
  }

  private static void leakThread(String name) {
    Thread thread = new Thread(() -> awaitForAWhile(), name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void awaitForAWhile() {
    try {
      assertFalse(new CountDownLatch(1).await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @NoLeaks(withinMillis = 2_600)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Leaking {
    @Test
    @Order(1)
    void shouldLeakFirst() throws Exception {
      leakProcess();
    }

    @Test
    @Order(2)
    void shouldNotBeBlamed() {}

    @Test
    @Order(3)
    void shouldNotBeBlamedEither() {}
  }

  @NoLeaks
  static class Failing {
    @Test
    void shouldFail() throws Exception {
      leakProcess();
      throw new AssertionError("on purpose");
    }
  }

  @NoLeaks
  static class Clean {
    private Process process = LEFT.get();

    @BeforeEach
    void start() throws Exception {
      process = ChildProgram.create().runForever().builder().start();
    }

    @AfterEach
    void end() throws Exception {
      process.destroyForcibly().waitFor();
      process.getOutputStream().close();
      process.getInputStream().close();
      process.getErrorStream().close();
    }

    @Test
    void shouldUseIt() {}

    @Test
    void shouldUseItAgain() {}
  }

  @NoLeaks(withinMillis = 100)
  static class Outer {
    @Nested
    class Inner {
      @Test
      void shouldLeak() {
        leakThread("nested");
      }
    }
  }

  static class Single {
    @Test
    @NoLeaks(kinds = LeakKind.THREAD, withinMillis = 100)
    void shouldLeakAnnotated() throws Exception {
      leakProcess();
      leakThread("single");
    }

    @Test
    void shouldLeakUnchecked() {
      leakThread("unchecked");
    }
  }

  @NoLeaks(scope = NoLeaks.Scope.CLASS, withinMillis = 100)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class WholeClass {
    private static final CountDownLatch END = new CountDownLatch(1);
    private static Thread handedOn = new Thread();

    @Test
    @Order(1)
    void shouldHandSomethingOn() {
      handedOn =
          new Thread(
              () -> {
                try {
                  END.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "ended in time");
      handedOn.start();
    }

    @Test
    @Order(2)
    void shouldEndItAndLeaveAnother() throws Exception {
      END.countDown();
      handedOn.join();
      leakThread("left by a test");
    }
  }

  @NoLeaks(scope = NoLeaks.Scope.CLASS, withinMillis = 100)
  static class WholeWithAssumption {
    @Test
    void shouldBeAborted() {
      assumeTrue(false, "not here");
    }

    @Test
    void shouldLeak() {
      leakThread("left by a test");
    }
  }

  @NoLeaks(scope = NoLeaks.Scope.CLASS, withinMillis = 100)
  static class WholeAroundFailing {
    @Test
    void shouldRun() {}

    @Nested
    class Inner {
      @BeforeAll
      static void fail() {
        leakThread("left by a class");
        throw new IllegalStateException("on purpose");
      }

      @Test
      void shouldNotRun() {}
    }
  }

  @NoLeaks(scope = NoLeaks.Scope.CLASS, withinMillis = 100)
  static class WholeWithOwnScope {
    @Test
    @NoLeaks(withinMillis = 100)
    void shouldLeak() {
      leakThread("left by a test");
    }

    @Test
    @NoLeaks(withinMillis = 100)
    @AllowLeak(reason = "this test is about leaking")
    void shouldBeRefused() {
      leakThread("never started");
    }
  }

  @AllowLeak(kinds = LeakKind.THREAD, name = "old .*", reason = "known since 2020")
  @NoLeaks(kinds = LeakKind.THREAD, withinMillis = 100)
  static class Allowing {
    @Test
    void shouldBlameTheOther() {
      leakThread("old friend");
      leakThread("surprise");
    }

    @Test
    @AllowLeak(reason = "this test is about leaking")
    void shouldBlameNobody() {
      leakThread("anything");
    }
  }

  @NoLeaks
  static class Unreasoned {
    @Test
    @AllowLeak(reason = " ")
    void shouldSayWhy() {}
  }

  @NoLeaks(scope = NoLeaks.Scope.CLASS)
  @AllowLeak(kinds = LeakKind.THREAD, name = "old .*", reason = "known since 2020")
  static class WholeAllowing {
    @Test
    void shouldRun() {}

    @Test
    @AllowLeak(reason = "this test is about leaking")
    void shouldBeRefused() {}

    @Test
    @AllowLeak(reason = " ")
    void shouldBeRefusedWithoutReason() {}

    @Nested
    class Plain {
      @Test
      void shouldRunToo() {}
    }

    @Nested
    @AllowLeak(kinds = LeakKind.FILE, reason = "these tests are about files")
    class Inner {
      @Test
      void shouldBeRefusedNested() {}
    }
  }

  @NoLeaks(withinMillis = 100)
  static class Asking {
    @Test
    void shouldAsk(LeakScope scope) throws Exception {
      leakProcess();
      assertEquals(1, scope.check().leaks(LeakKind.SURVIVOR).size());
      Process process = LEFT.getAndSet(null);
      process.destroyForcibly().waitFor();
    }
  }

  /** All are in the middle of their test at the same time. */
  @NoLeaks(mode = LeakMode.TOKEN, withinMillis = 30_000)
  static class Tokens {
    /** So that it is not reported as dropped. */
    @SuppressWarnings("unused")
    private static Object kept = "";

    private static final CountDownLatch ALL = new CountDownLatch(3);

    private static void meet() throws InterruptedException {
      ALL.countDown();
      assertTrue(ALL.await(30, TimeUnit.SECONDS), "all three run in parallel");
    }

    private static Child sleeper() throws Exception {
      return Command.of("sleep", "300").stdin(Stdin.empty()).stdout(Stdout.discard()).start();
    }

    @Test
    @NoLeaks(mode = LeakMode.TOKEN, withinMillis = 100)
    void shouldLeak() throws Exception {
      kept = sleeper();
      meet();
    }

    @Test
    void shouldCloseItsOwn() throws Exception {
      try (Child child = sleeper()) {
        assertTrue(child.isAlive());
        meet();
      }
    }

    @Test
    void shouldDoNothing() throws Exception {
      meet();
    }
  }

  @NoLeaks(withinMillis = 2_000)
  static class Alone {
    private static final AtomicInteger RUNNING = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    @RepeatedTest(8)
    void shouldBeAlone() {
      MOST.accumulateAndGet(RUNNING.incrementAndGet(), Math::max);
      for (int i = 0; i < 100; i++) {
        Thread.yield();
      }
      RUNNING.decrementAndGet();
    }
  }
}
