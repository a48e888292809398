/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.examples.snippets.LinkSnippets.BorrowedSubtask;
import dev.keelson.examples.snippets.LinkSnippets.Job;
import dev.keelson.examples.snippets.LinkSnippets.Subtask;
import dev.keelson.examples.snippets.LinkSnippets.Task;
import dev.keelson.link.Children;
import dev.keelson.link.LinkState;
import dev.keelson.link.Pin;
import dev.keelson.lock.AbandonedLockException;
import dev.keelson.lock.LockOrderException;
import dev.keelson.lock.LockOwnershipLostException;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.Gc;
import dev.keelson.testkit.NoLeaks;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs what docs/locks.md, docs/resettable-lock.md and docs/links.md show. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NoLeaks(withinMillis = 30_000) // nobody has to be quick
class SnippetsOfLocksTest {

  private static final String INSTANCE = "app.instance";

  /** Runs on a thread that has ended when this returns. */
  private static void onAThread(Runnable work) throws InterruptedException {
    Thread thread = new Thread(work, "snippet");
    thread.start();
    thread.join();
  }

  @Test
  void shouldFreeWhatTheDeadHoldWhenARegistryRecovers() throws Exception {
    ResettableLock elsewhere = new ResettableLock();
    onAThread(elsewhere::lock);
    String printed =
        Printed.by(() -> LockSnippets.registry(new Object(), List.of("a", "b", "a"), elsewhere));
    assertTrue(printed.matches("[12] stripes for 3 accounts\nstock.*\n"), printed);
    assertTrue(printed.contains(elsewhere.name()), printed);
    assertFalse(elsewhere.isLocked());
  }

  @Test
  void shouldThrowWhenTheOrderIsTurnedRound() throws Exception {
    List<LockRegistry> made = new ArrayList<>();
    assertEquals("stockorders\n", Printed.by(() -> made.add(LockSnippets.order())));
    ResettableLock stock = made.get(0).lock("stock");
    ResettableLock orders = made.get(0).lock("orders");
    stock.lock();
    orders.lock();
    orders.unlock();
    stock.unlock();
    orders.lock();
    try {
      assertThrows(LockOrderException.class, stock::lock);
    } finally {
      orders.unlock();
    }
    assertFalse(stock.isLocked());
  }

  @Test
  void shouldReleaseWhatATaskLeavesWhenTheScopeRunsIt() throws Exception {
    LockRegistry registry = LockRegistry.builder().name("scope").build();
    ResettableLock lock = registry.lock("left");
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    ExecutorService pool =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "scope");
              thread.setUncaughtExceptionHandler((it, failure) -> failures.add(failure));
              return thread;
            });
    try {
      AtomicInteger runs = new AtomicInteger();
      LockSnippets.scope(
          registry,
          pool,
          () -> {
            lock.lock();
            runs.incrementAndGet();
          });
      Await.soon().until("the task has failed", () -> failures.size() == 1);
      assertEquals(1, runs.get());
      String message = failures.element().getMessage();
      assertTrue(message.contains("nightly import") && message.contains("left"), message);
      assertFalse(lock.isLocked());
    } finally {
      pool.shutdown();
      assertTrue(pool.awaitTermination(30, SECONDS));
    }
  }

  @Test
  void shouldNameTheLockAndWhoWaitsWhenItReports() throws Exception {
    LockRegistry registry = LockRegistry.builder().name("report").build();
    ResettableLock lock = registry.lock("the busy lock");
    Thread waiting =
        new Thread(
            () -> {
              lock.lock();
              lock.unlock();
            },
            "the one who waits");
    lock.lock();
    try {
      waiting.start();
      Await.soon().until("it waits", () -> lock.hasQueuedThread(waiting));
      String printed = Printed.by(() -> LockSnippets.report(registry));
      assertTrue(printed.contains("the busy lock"), printed);
      assertTrue(printed.contains("the one who waits"), printed);
    } finally {
      lock.unlock();
      waiting.join();
    }
  }

  @Test
  void shouldCallTheHookOnlyInACopyWhenABoundaryIsCrossed() throws Exception {
    System.clearProperty(INSTANCE);
    try {
      LockSnippets.boundary(new Object(), () -> false);
      assertNull(System.getProperty(INSTANCE));
      Object pool = new Object();
      LockSnippets.boundary(pool, () -> true);
      assertEquals("checkpoint", System.getProperty(INSTANCE));
    } finally {
      System.clearProperty(INSTANCE);
    }
  }

  @Test
  void shouldGoToTheNextOneWhenTheOwnerHasDied() throws Exception {
    ResettableLock lock = ResettableLockSnippets.healing();
    List<String> orders = new ArrayList<>(List.of("one", ""));
    try (Printed err = Printed.err()) {
      onAThread(lock::lock);
      ResettableLockSnippets.use(lock, orders);
      Await.soon().until("it is told", () -> err.text().startsWith("somebody died with it: "));
    }
    assertEquals(List.of("one", "one more"), orders);
    assertFalse(lock.isLocked());
    orders.add("");
    ResettableLockSnippets.use(lock, orders);
    assertEquals(List.of("one", "one more", "", "one more"), orders);
  }

  @Test
  void shouldRefuseUntilItIsRepairedWhenThePolicySaysSo() throws Exception {
    List<String> orders = new ArrayList<>(List.of("", "one"));
    List<ResettableLock> made = new ArrayList<>();
    String printed = Printed.by(() -> made.add(ResettableLockSnippets.refusing(orders)));
    assertTrue(printed.contains("NOT_HELD"), printed);
    assertEquals(List.of("", "one"), orders);
    ResettableLock lock = made.get(0);
    onAThread(lock::lock);
    assertThrows(AbandonedLockException.class, lock::lock);
    lock.recover(lost -> orders.removeIf(String::isEmpty));
    lock.lock();
    lock.unlock();
    assertEquals(List.of("one"), orders);
  }

  @Test
  void shouldTakeTheLockFromALiveOwnerWhenForced() throws Exception {
    ResettableLock lock = new ResettableLock();
    lock.lock();
    onAThread(() -> ResettableLockSnippets.forced(lock));
    assertFalse(lock.isLocked());
    LockOwnershipLostException lost = assertThrows(LockOwnershipLostException.class, lock::unlock);
    assertTrue(lost.getMessage().contains("the import hangs"), lost.getMessage());
  }

  @Test
  void shouldStopAtTheNextStepWhenTheLockIsTakenAway() {
    ResettableLock lock = new ResettableLock();
    AtomicInteger steps = new AtomicInteger();
    assertThrows(
        LockOwnershipLostException.class,
        () ->
            ResettableLockSnippets.fenced(
                lock,
                () -> {
                  if (steps.incrementAndGet() == 3) {
                    takeAway(lock);
                  }
                }));
    assertEquals(3, steps.get());
    assertFalse(lock.isLocked());
  }

  private static void takeAway(ResettableLock lock) {
    try {
      onAThread(() -> ResettableLockSnippets.forced(lock));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldMoveAndOrphanWhenATreeIsUsed() throws Exception {
    Task task = new Task();
    Task other = new Task();
    Queue<Runnable> told = new ConcurrentLinkedQueue<>();
    assertEquals("false\n", Printed.by(() -> LinkSnippets.use(task, other, told::add)));
    assertTrue(task.subtasks.isEmpty());
    assertTrue(other.subtasks.isEmpty());
    assertTrue(other.subtasks.isClosed());
    assertEquals(1, told.size());
    told.remove().run();
  }

  @Test
  void shouldKeepTheAncestorsUntilTheAnswerWhenPinned() throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    int before = Pin.count();
    Subtask[] kept = {new Subtask()};
    WeakReference<Task> parent = withParent(kept[0]);
    assertEquals(
        "1 ancestors are kept: true\n", Printed.by(() -> LinkSnippets.pins(kept[0], answer)));
    assertEquals(before + 1, Pin.count());
    Gc.assertRetained(parent::get);
    answer.complete("done");
    assertEquals(before, Pin.count());
    Gc.assertCollected(parent);
    assertEquals(LinkState.ORPHANED, kept[0].state());
  }

  private static WeakReference<Task> withParent(Subtask subtask) {
    Task task = new Task();
    task.subtasks.attach(subtask);
    return new WeakReference<>(task);
  }

  @Test
  void shouldKnowItsParentWhenTheLinkIsAField() {
    Task task = new Task();
    Children<Task, BorrowedSubtask> children = Children.of(task);
    BorrowedSubtask subtask = new BorrowedSubtask();
    assertInstanceOf(Job.class, subtask); // its superclass is taken
    assertNull(subtask.parentLink().parent());
    children.attach(subtask);
    assertSame(task, subtask.parentLink().parent());
    assertSame(subtask, children.snapshot().get(0));
  }
}
