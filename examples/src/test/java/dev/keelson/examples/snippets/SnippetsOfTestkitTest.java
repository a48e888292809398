/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.keelson.examples.snippets.TestkitSnippets.Bank;
import dev.keelson.examples.snippets.TestkitSnippets.ParallelTest;
import dev.keelson.examples.snippets.TestkitSnippets.Pool;
import dev.keelson.examples.snippets.TestkitSnippets.PoolTest;
import dev.keelson.examples.snippets.TestkitSnippets.SlowTest;
import dev.keelson.examples.snippets.TestkitSnippets.WholeClassTest;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.testkit.HangReports;
import dev.keelson.testkit.LeakError;
import dev.keelson.testkit.Procs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs what docs/testkit.md shows, and lets each check fail once. It has no leak check of its own:
 * it leaks on purpose, and takes back what it has leaked.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class SnippetsOfTestkitTest {

  /** What ends the threads that were leaked. */
  private static final CountDownLatch[] END = {new CountDownLatch(1)};

  private static final List<Thread> LEAKED = new ArrayList<>();
  private static final AtomicLong CHILD = new AtomicLong();

  @AfterEach
  void takeBack() throws InterruptedException {
    END[0].countDown();
    END[0] = new CountDownLatch(1);
    for (Thread each : LEAKED) {
      each.join();
    }
    LEAKED.clear();
  }

  private static void leakThread(String name) {
    CountDownLatch end = END[0];
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                // It ends, too.
              }
            },
            name);
    LEAKED.add(thread);
    thread.start();
  }

  private static TestExecutionSummary run(Class<?> test) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test)).build(),
            listener);
    return listener.getSummary();
  }

  private static Throwable failure(TestExecutionSummary summary) {
    List<Throwable> failures =
        summary.getFailures().stream().map(TestExecutionSummary.Failure::getException).toList();
    assertEquals(1, failures.size(), failures.toString());
    return failures.get(0);
  }

  @Test
  void shouldPassWhenNothingIsLeft() {
    TestExecutionSummary summary = run(PoolTest.class);
    assertEquals(List.of(), summary.getFailures());
    assertEquals(1, summary.getTestsSucceededCount());
  }

  /** Does what the document's class does not: it leaks. */
  static class Allowed extends WholeClassTest {
    @Test
    void shouldLeaveAThread() {
      leakThread("otel-exporter");
    }
  }

  static class NotAllowed extends WholeClassTest {
    @Test
    void shouldLeaveAThread() {
      leakThread("another");
    }
  }

  static class Parallel extends ParallelTest {
    @Test
    @SuppressWarnings("MustBeClosed")
    void shouldLeaveAChild() throws Exception {
      Child child = Command.of("sleep", "300").start();
      CHILD.set(child.pid());
    }
  }

  @Test
  void shouldAllowOnlyTheThreadThatIsNamed() {
    assertEquals(List.of(), run(Allowed.class).getFailures());
    Throwable failure = failure(run(NotAllowed.class));
    assertTrue(failure.getMessage().contains("another"), failure.getMessage());
  }

  @Test
  void shouldFindTheChildWhenTestsMayRunInParallel() {
    Throwable failure = failure(run(Parallel.class));
    assertTrue(failure.getMessage().contains("sleep"), failure.getMessage());
    assertFalse(Procs.isAlive(CHILD.get()));
  }

  private static Pool pool(Runnable work, Runnable close) {
    return new Pool() {
      @Override
      public void work() {
        work.run();
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }

  @Test
  void shouldFindWhatIsLeftWhenAskedStatically() throws Exception {
    LockRegistry registry = LockRegistry.builder().name("static").build();
    ResettableLock lock = registry.lock("left behind");
    AtomicInteger calls = new AtomicInteger();
    TestkitSnippets.statically(pool(calls::incrementAndGet, calls::incrementAndGet), registry);
    assertEquals(4, calls.get());
    try (Pool clean = TestkitSnippets.newPool()) {
      lock.lock();
      AssertionError held =
          assertThrows(AssertionError.class, () -> TestkitSnippets.statically(clean, registry));
      assertTrue(held.getMessage().contains("left behind"), held.getMessage());
    } finally {
      registry.resetAll(each -> each.isHeldByCurrentThread(), "the test is over");
    }
    LeakError thread =
        assertThrows(
            LeakError.class,
            () ->
                TestkitSnippets.statically(
                    pool(() -> {}, () -> leakThread("left behind")), registry));
    assertTrue(thread.getMessage().contains("left behind"), thread.getMessage());
  }

  @Test
  void shouldJudgeAtTheEndWhenAScopeIsOpened() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    String printed =
        Printed.by(
            () ->
                TestkitSnippets.scoped(
                    pool(
                        () -> {
                          calls.incrementAndGet();
                          leakThread("metrics-1");
                        },
                        calls::incrementAndGet)));
    assertEquals(2, calls.get());
    assertTrue(printed.contains("the nightly batch"), printed);
    LeakError thread =
        assertThrows(
            LeakError.class,
            () ->
                Printed.by(
                    () -> TestkitSnippets.scoped(pool(() -> {}, () -> leakThread("worker-1")))));
    assertTrue(thread.getMessage().contains("worker-1"), thread.getMessage());
  }

  /** Something to count. */
  private static final class Page {}

  @Test
  void shouldNameTheClassThatGrows() throws Exception {
    TestkitSnippets.memory(request -> {});
    List<Page> pages = new ArrayList<>();
    AssertionError growth =
        assertThrows(
            AssertionError.class,
            () ->
                TestkitSnippets.memory(
                    request -> {
                      if (request.equals("report")) {
                        pages.add(new Page());
                      }
                    }));
    assertTrue(growth.getMessage().contains(Page.class.getName()), growth.getMessage());
    pages.clear();
  }

  /** Takes its two locks one inside the other. */
  private record TwoLocks(ResettableLock outer, ResettableLock inner, boolean wrong)
      implements Bank {
    @Override
    public void transfer() {
      nested(outer, inner);
    }

    @Override
    public void back() {
      nested(wrong ? inner : outer, wrong ? outer : inner);
    }

    private static void nested(ResettableLock first, ResettableLock second) {
      first.lock();
      second.lock();
      second.unlock();
      first.unlock();
    }
  }

  private static Bank bank(LockRegistry registry, boolean wrong) {
    return new TwoLocks(registry.lock("snippet a"), registry.lock("snippet b"), wrong);
  }

  @Test
  void shouldFindTheOrderThatIsTurnedRound() throws Exception {
    try {
      TestkitSnippets.locks(registry -> bank(registry, false));
      AssertionError order =
          assertThrows(
              AssertionError.class,
              () ->
                  TestkitSnippets.locks(
                      registry -> bank(registry, registry != LockRegistry.global())));
      assertTrue(order.getMessage().contains("snippet a"), order.getMessage());
    } finally {
      LockRegistry.global().remove("snippet a");
      LockRegistry.global().remove("snippet b");
    }
  }

  /** Hangs in a class as the document's, only not for ten seconds. */
  static class Hanging extends SlowTest {
    @Test
    @Timeout(value = 300, unit = MILLISECONDS)
    void shouldHang() throws InterruptedException {
      END[0].await();
    }
  }

  @Test
  void shouldAddAReportWhenATestIsTooSlow() {
    assertEquals(10, SlowTest.class.getAnnotation(Timeout.class).value());
    Throwable failure = failure(run(Hanging.class));
    List<Throwable> added = List.of(failure.getSuppressed());
    assertTrue(added.stream().anyMatch(HangReports.Report.class::isInstance), added.toString());
  }

  @Test
  void shouldLoseNoWakeUp() throws Exception {
    TestkitSnippets.wakeups();
  }
}
