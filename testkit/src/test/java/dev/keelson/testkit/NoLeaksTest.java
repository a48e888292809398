/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
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
    assertTrue(
        message.startsWith("1 survivor leaked by Leaking.shouldLeakFirst() (after 0."), message);
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
      assertFalse(new CountDownLatch(1).await(3, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @NoLeaks(withinMillis = 300)
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
}
