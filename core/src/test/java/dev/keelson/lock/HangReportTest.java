/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What a report says in its three forms. */
@Tag("process")
@Timeout(60)
class HangReportTest {

  private static final Duration SHORT = Duration.ofMillis(60);

  private final LockRegistry registry = LockRegistry.builder().sites(SiteRecording.ALL).build();
  private final List<Thread> threads = new ArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private Thread start(String name, Blocking body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                // Told to end.
              }
            },
            name);
    thread.start();
    threads.add(thread);
    return thread;
  }

  /** Those of this test: a report sees what other threads of the JVM wait for, too. */
  private List<HangReport.Finding> own(HangReport report) {
    Set<Long> ids = threads.stream().map(Thread::getId).collect(Collectors.toSet());
    return report.findings().stream()
        .filter(each -> each.waiting().stream().anyMatch(one -> ids.contains(one.thread().id())))
        .toList();
  }

  private interface Blocking {
    void run() throws InterruptedException;
  }

  private void holdForLong(ResettableLock lock) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Thread.sleep(60_000);
    } finally {
      lock.unlock();
    }
  }

  private HangReport.Finding longHold() throws InterruptedException {
    ResettableLock lock = registry.lock("orders \"of\" <today> #1");
    Thread holder = start("the \"holder\"", () -> holdForLong(lock));
    while (holder.getState() != Thread.State.TIMED_WAITING) { // it sleeps, with the lock
      Thread.sleep(1);
    }
    assertTrue(lock.isLocked());
    Thread waiter = start("waiter", () -> holdForLong(lock));
    while (!lock.hasQueuedThread(waiter)) {
      Thread.sleep(1);
    }
    return own(registry.report(SHORT)).get(0);
  }

  @Test
  void shouldNameTheHolderWhatItDoesAndWhereItTookTheLock() throws Exception {
    HangReport.Finding finding = longHold();
    assertEquals(HangReport.Kind.LONG_HOLD, finding.kind());
    assertEquals("the \"holder\"", finding.owner().orElseThrow().name());
    assertEquals("waiter", finding.waiting().get(0).thread().name());
    assertTrue(finding.waiting().get(0).waited().orElseThrow().toMillis() >= SHORT.toMillis());
    String evidence = String.join("\n", finding.evidence());
    assertTrue(evidence.contains("Thread.sleep"), evidence);
    assertTrue(evidence.contains("taken at dev.keelson.lock.HangReportTest.holdForLong"), evidence);
    String text = registry.report(SHORT).toText();
    assertTrue(text.contains("[1] LONG_HOLD"), text);
    assertTrue(text.contains("NO MOVEMENT"), text);
    assertTrue(text.contains("reset(Force.YES"), text);
  }

  @Test
  void shouldShowFramesAsTheProgrammerWroteThem() {
    StackTraceElement[] stack = {
      new StackTraceElement("app", "shop", "1", "shop.Orders", "place", "Orders.java", 13),
      new StackTraceElement("app", "", "", "shop.Orders$$Lambda$21/0x1", "run", null, -1),
      new StackTraceElement("", "java.base", "17", "java.lang.Thread", "run", "Thread.java", 840),
    };
    assertEquals(
        List.of("shop.Orders.place(Orders.java:13)", "java.lang.Thread.run(Thread.java:840)"),
        ReportFrames.of(stack, 2));
  }

  @Test
  void shouldFindNothingWhereNothingHangs() {
    registry.lock("a").lock();
    try {
      HangReport report = registry.report(Duration.ZERO);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!report.findings().isEmpty() && System.nanoTime() < deadline) {
        report = registry.report(Duration.ZERO); // one look sees who waits for a moment, too
      }
      assertEquals(List.of(), report.findings(), report::toText);
      assertEquals(1, report.scope().held());
      assertTrue(report.toText().contains("nothing hangs"), report.toText());
      assertTrue(report.toText().contains("one sample"), report.toText());
    } finally {
      registry.lock("a").unlock();
    }
  }

  @Test
  void shouldNotBlameALockThatMoves() throws Exception {
    ResettableLock lock = registry.lock("busy");
    for (int i = 0; i < 2; i++) {
      start(
          "worker " + i,
          () -> {
            while (!Thread.currentThread().isInterrupted()) {
              lock.lockInterruptibly();
              Thread.sleep(1);
              lock.unlock();
              Thread.yield();
            }
          });
    }
    while (!lock.hasQueuedThreads()) {
      Thread.sleep(1);
    }
    HangReport report = registry.report(Duration.ofMillis(500));
    assertTrue(report.findings().stream().noneMatch(f -> f.lock().equals("busy")), report::toText);
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join();
    }
    registry.recoverAll();
  }

  @Test
  void shouldShowTheCircleOfTwoLocksAndLetOneBeReset() throws Exception {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    Thread one = start("one", () -> both(a, b));
    Thread two = start("two", () -> both(b, a));
    while (!b.hasQueuedThread(one) || !a.hasQueuedThread(two)) {
      Thread.sleep(1);
    }
    HangReport report = registry.report(SHORT);
    HangReport.Finding finding = own(report).get(0);
    assertEquals(HangReport.Kind.DEADLOCK, finding.kind());
    assertEquals(2, finding.waiting().size());
    assertEquals(1, own(report).size(), report::toText);
    String mermaid = report.toMermaid();
    assertTrue(mermaid.startsWith("graph TD\n"), mermaid);
    assertEquals(2, mermaid.lines().filter(line -> line.contains("-->|waits for|")).count());
    assertEquals(2, mermaid.lines().filter(line -> line.contains("-->|held by|")).count());
    registry.lock(finding.waiting().get(0).lock()).reset(Force.YES, "as the report says");
    one.join();
    two.join();
  }

  private static void both(ResettableLock first, ResettableLock second) {
    first.lock();
    try {
      while (!second.isLocked()) {
        Thread.yield();
      }
      second.lock();
      second.unlock();
    } finally {
      try {
        first.unlock();
      } catch (LockOwnershipLostException e) {
        // The one that was chosen.
      }
    }
  }

  @Test
  void shouldStayWithinBoundsHoweverManyHang() throws Exception {
    for (int i = 0; i < 40; i++) {
      ResettableLock lock = registry.lock("lock " + i);
      Thread holder = start("holder " + i, () -> holdForLong(lock));
      while (!lock.isLocked()) {
        Thread.sleep(1);
      }
      Thread waiter = start("waiter " + i, () -> holdForLong(lock));
      while (!lock.hasQueuedThread(waiter)) {
        Thread.sleep(1);
      }
      assertTrue(holder.isAlive());
    }
    HangReport report = registry.report(SHORT);
    assertEquals(40, own(report).size());
    String text = report.toText();
    assertTrue(text.contains("and 20 more"), text);
    assertTrue(text.length() < 100_000, "" + text.length());
    Json.check(report.toJson());
  }

  @Test
  void shouldWriteJsonThatKeepsToItsSchema() throws Exception {
    longHold();
    HangReport report = registry.report(SHORT);
    Json.check(report.toJson());
    assertTrue(report.toJson().contains("the \\\"holder\\\""), report.toJson());
    assertTrue(report.toMermaid().contains("#quot;holder#quot;"), report.toMermaid());
    Json.check(registry.report(Duration.ZERO).toJson());
    // The check is one that can fail.
    String json = report.toJson();
    for (String broken :
        List.of(
            json.replaceFirst("\"risk\":", "\"risc\":"),
            json.replaceFirst("LONG_HOLD", "LONG_HELD"),
            json.replaceFirst("\"held\":1", "\"held\":\"1\""),
            json.substring(0, json.length() - 1))) {
      assertFalse(Json.isValid(broken), broken);
    }
  }

  @Test
  void shouldDumpLaterUnlessCancelled() throws Exception {
    BlockingQueue<HangReport> reports = new ArrayBlockingQueue<>(10);
    PendingDump cancelled = registry.dumpLater(Duration.ofSeconds(3600), reports::add);
    cancelled.close();
    cancelled.close();
    try (PendingDump dump = registry.dumpLater(Duration.ofMillis(1), reports::add)) {
      HangReport report = reports.poll(30, TimeUnit.SECONDS);
      assertTrue(report != null && report.scope().between().toMillis() > 0);
    }
  }

  @Test
  void shouldKeepAnInterruptThatComesWhileItWaits() {
    Thread.currentThread().interrupt();
    registry.report(Duration.ofSeconds(60));
    assertTrue(Thread.interrupted());
  }

  private void awaitSignals(ResettableLock lock, Condition condition) throws InterruptedException {
    lock.lock();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        condition.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void untilAwaited(ResettableLock lock, Condition condition)
      throws InterruptedException {
    boolean awaited = false;
    while (!awaited) {
      Thread.sleep(1);
      lock.lock();
      awaited = lock.hasWaiters(condition);
      lock.unlock();
    }
  }

  /** Who was signalled stands in no queue before the signaller has unlocked. */
  @Test
  void shouldShowTheCircleOfASignallerAndTheOneWhoWasSignalled() throws Exception {
    ResettableLock kept = registry.lock("kept");
    ResettableLock mailbox = registry.lock("mailbox");
    Condition filled = mailbox.newCondition();
    start(
        "waiter",
        () -> {
          kept.lock();
          try {
            awaitSignals(mailbox, filled);
          } finally {
            kept.unlock();
          }
        });
    untilAwaited(mailbox, filled);
    Thread signaller =
        start(
            "signaller",
            () -> {
              mailbox.lock();
              try {
                filled.signal();
                holdForLong(kept);
              } finally {
                mailbox.unlock();
              }
            });
    while (!kept.hasQueuedThread(signaller)) {
      Thread.sleep(1);
    }
    HangReport report = registry.report(SHORT);
    assertEquals(1, own(report).size(), report::toText);
    HangReport.Finding finding = own(report).get(0);
    assertEquals(HangReport.Kind.DEADLOCK, finding.kind());
    assertEquals(2, finding.waiting().size());
    assertTrue(finding.waiting().stream().allMatch(each -> each.waited().isPresent()));
  }

  @Test
  void shouldBlameASignallerThatDoesNotUnlock() throws Exception {
    ResettableLock mailbox = registry.lock("mailbox");
    Condition filled = mailbox.newCondition();
    start("waiter", () -> awaitSignals(mailbox, filled));
    untilAwaited(mailbox, filled);
    Thread signaller =
        start(
            "signaller",
            () -> {
              mailbox.lock();
              try {
                filled.signal();
                Thread.sleep(60_000);
              } finally {
                mailbox.unlock();
              }
            });
    while (signaller.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    HangReport report = registry.report(SHORT);
    assertEquals(1, own(report).size(), report::toText);
    HangReport.Finding finding = own(report).get(0);
    assertEquals(HangReport.Kind.LONG_HOLD, finding.kind());
    assertEquals("mailbox", finding.lock());
    assertEquals("signaller", finding.owner().orElseThrow().name());
    assertEquals(1, finding.waiting().size());
    assertEquals("waiter", finding.waiting().get(0).thread().name());
  }

  /** The JVM lists no virtual threads, so that one that lives is like one that is dead. */
  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void shouldNotBeCertainThatANamedVirtualOwnerIsDead() throws Exception {
    ReentrantLock plain = new ReentrantLock();
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Class<?> type = Class.forName("java.lang.Thread$Builder");
    Runnable body =
        () -> {
          plain.lock();
          LockSupport.park();
          plain.unlock();
        };
    Object named = type.getMethod("name", String.class).invoke(builder, "alive");
    Thread owner = (Thread) type.getMethod("start", Runnable.class).invoke(named, body);
    threads.add(owner);
    while (!plain.isLocked()) {
      Thread.sleep(1);
    }
    Thread victim = start("victim", plain::lockInterruptibly);
    while (!plain.hasQueuedThread(victim)) {
      Thread.sleep(1);
    }
    assertEquals(HangReport.Kind.LONG_HOLD, longHold().kind(), "what is certain comes first");
    HangReport.Finding last = own(registry.report(SHORT)).get(1);
    assertEquals(HangReport.Kind.ABANDONED, last.kind());
    assertTrue(last.evidence().get(0).contains("or a virtual thread"), last.evidence().get(0));
  }

  @Test
  void shouldSayWhatOpensALockThatRefuses() throws Exception {
    ResettableLock refusing =
        ResettableLock.builder().name("refusing").policy(AbandonPolicy.REFUSE).build();
    registry.register(refusing);
    start("dead", refusing::lock).join();
    HangReport.Finding finding =
        registry.report(SHORT).findings().stream()
            .filter(each -> each.lock().equals("refusing"))
            .findFirst()
            .orElseThrow();
    assertEquals(HangReport.Kind.ABANDONED, finding.kind());
    assertTrue(finding.action().startsWith("recover(recovery)"), finding.action());
  }

  @Test
  void shouldTakeAnyTimeBetweenItsLooks() {
    Thread.currentThread().interrupt();
    String text = registry.report(Duration.ofSeconds(Long.MAX_VALUE)).toText();
    assertTrue(Thread.interrupted());
    assertTrue(text.contains("2nd sample"), text);
  }
}
