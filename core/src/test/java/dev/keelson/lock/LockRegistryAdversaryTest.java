/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.boundary.Boundary;
import dev.keelson.boundary.BoundaryContext;
import dev.keelson.boundary.BoundaryException;
import dev.keelson.boundary.BoundaryHook;
import dev.keelson.boundary.HookRegistration;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users do to registries that nobody should. */
@Tag("process")
@Timeout(60)
class LockRegistryAdversaryTest {

  private final LockRegistry registry = new LockRegistry();

  private static void onAnotherThread(Runnable body) throws InterruptedException {
    Thread thread = new Thread(body);
    thread.start();
    thread.join();
  }

  /** A registry is never closed; dropping it is all that can happen to it. */
  @Test
  void shouldServeWaitersWhoseRegistryIsForgotten() throws Exception {
    LockRegistry dropped = new LockRegistry();
    ResettableLock lock = dropped.lock("a");
    lock.lock();
    AtomicInteger got = new AtomicInteger();
    Thread waiter =
        new Thread(
            () -> {
              lock.lock();
              got.incrementAndGet();
              lock.unlock();
            });
    waiter.start();
    while (!lock.hasQueuedThread(waiter)) {
      Thread.sleep(1);
    }
    WeakReference<LockRegistry> gone = new WeakReference<>(dropped);
    dropped = null;
    while (gone.get() != null) {
      System.gc();
      Thread.sleep(5);
    }
    lock.unlock();
    waiter.join();
    assertEquals(1, got.get());
  }

  @Test
  void shouldRefuseToForgetALockUnderItsWaitersAndSendThemAwayOnRequest() throws Exception {
    ResettableLock lock = registry.lock("a");
    lock.lock();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                lock.lock();
              } catch (LockResetException e) {
                thrown.set(e);
              }
            });
    waiter.start();
    while (!lock.hasQueuedThread(waiter)) {
      Thread.sleep(1);
    }
    assertThrows(IllegalStateException.class, () -> registry.remove("a"));
    registry.evictAll(all -> true, "closing");
    waiter.join();
    assertTrue(thrown.get() != null && thrown.get().getMessage().contains("closing"));
    assertTrue(registry.remove("a"));
  }

  @Test
  void shouldRefuseACrossingInsideAHookAndAcceptARegistrationThere() throws Exception {
    List<String> seen = new ArrayList<>();
    AtomicReference<HookRegistration> inner = new AtomicReference<>();
    BoundaryHook late =
        new BoundaryHook() {
          @Override
          public void before(BoundaryContext context) {
            seen.add("late");
          }
        };
    BoundaryHook hook =
        new BoundaryHook() {
          @Override
          public void before(BoundaryContext context) {
            registry.lock("taken in a hook").lock();
            registry.lock("taken in a hook").unlock();
            new LockRegistry().lock("of a registry that is made in a hook");
            inner.set(Boundary.register(seen, late));
            assertThrows(IllegalStateException.class, () -> Boundary.cross(nested -> "never"));
            seen.add("before");
          }
        };
    try (HookRegistration kept = Boundary.register(seen, hook)) {
      Boundary.cross(context -> 1);
      assertEquals(List.of("before"), seen, "what is registered meanwhile joins the next crossing");
    }
    Boundary.cross(context -> 1);
    assertEquals(List.of("before", "late"), seen);
    inner.get().close();
  }

  @Test
  void shouldRecoverInTheChildAlthoughAHookThrows() throws Exception {
    ResettableLock dead = registry.lock("dead");
    onAnotherThread(dead::lock);
    BoundaryHook hook =
        new BoundaryHook() {
          @Override
          public void afterInChild(BoundaryContext context) {
            throw new IllegalArgumentException("from a hook");
          }
        };
    try (HookRegistration kept = Boundary.register(this, hook, -1)) {
      assertThrows(
          BoundaryException.class,
          () ->
              Boundary.cross(
                  context -> {
                    context.continueAsChild();
                    return 1;
                  }));
    }
    assertFalse(dead.isLocked());
  }

  @Test
  void shouldReleaseWhatATaskLeftAlthoughItsPoolIsShutDown() throws Exception {
    ResettableLock lock = registry.lock("a");
    ExecutorService pool = Executors.newFixedThreadPool(1);
    CountDownLatch leaked = new CountDownLatch(1);
    LockScope scope = registry.openScope("import");
    Future<?> task =
        pool.submit(
            scope.wrap(
                (Runnable)
                    () -> {
                      lock.lock();
                      leaked.countDown();
                    }));
    leaked.await();
    pool.shutdownNow();
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> task.get(30, TimeUnit.SECONDS));
    assertSame(LockLeakException.class, e.getCause().getClass());
    assertFalse(lock.isLocked());
    lock.lock();
    assertThrows(RejectedExecutionException.class, () -> scope.execute(pool, () -> {}));
    assertFalse(lock.isLocked(), "what the caller took for the task that was rejected");
    assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
  }

  @Test
  void shouldLetFiltersLockResetAndThrow() {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    a.lock();
    b.lock();
    BulkOutcome outcome =
        registry.resetAll(
            lock -> {
              registry.lock("made by a filter").lock();
              registry.lock("made by a filter").unlock();
              registry.keyed(lock.name());
              b.reset("by a filter");
              return lock == a;
            },
            "test");
    assertEquals(1, outcome.released().size());
    assertEquals(List.of(), registry.held());
    a.lock();
    assertThrows(
        ArithmeticException.class,
        () ->
            registry.resetAll(
                lock -> {
                  throw new ArithmeticException();
                },
                "test"));
    assertTrue(a.isHeldByCurrentThread(), "what the filter did not accept is as it was");
    a.unlock();
  }

  /** A key may do anything when it is asked; nothing of ours is held then. */
  private static final class NastyKey {
    private final LockRegistry registry;

    NastyKey(LockRegistry registry) {
      this.registry = registry;
    }

    @Override
    public int hashCode() {
      registry.lock("by hashCode").lock();
      registry.lock("by hashCode").unlock();
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public String toString() {
      throw new AssertionError("a report must not ask a key that may take locks");
    }
  }

  @Test
  void shouldReportAKeysLockWithoutAskingTheKey() throws Exception {
    ResettableLock lock = registry.keyed(new NastyKey(registry));
    onAnotherThread(lock::lock);
    HangReport report = registry.report(Duration.ZERO);
    // One look sees any other thread of the JVM that waits for a moment, too.
    List<HangReport.Kind> kinds =
        report.findings().stream()
            .filter(finding -> finding.lock().contains("NastyKey@"))
            .map(HangReport.Finding::kind)
            .toList();
    assertEquals(List.of(HangReport.Kind.ABANDONED), kinds, report::toText);
    registry.recoverAll();
  }

  /** Looks like plain text, and is as nasty. */
  private static final class NastyText implements CharSequence {
    @Override
    public int length() {
      return 0;
    }

    @Override
    public char charAt(int index) {
      throw new IndexOutOfBoundsException(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return this;
    }

    @Override
    public String toString() {
      throw new AssertionError("a report must not ask a key that may take locks");
    }
  }

  private enum NastyConstant {
    ONE;

    @Override
    public String toString() {
      throw new AssertionError("a report must not ask a key that may take locks");
    }
  }

  @Test
  void shouldNameAKeysLockWithoutAskingAKeyThatOnlyLooksPlain() {
    registry.keyed(new NastyText()).lock();
    registry.keyed(NastyConstant.ONE).lock();
    registry.keyed("text").lock();
    registry.keyed(7L).lock();
    List<String> names = new ArrayList<>();
    registry.known.eachHeld(held -> names.add(held.name()));
    String all = names.toString();
    assertTrue(all.contains("NastyText@"), all);
    assertTrue(
        names.containsAll(List.of("keyed[ONE]", "keyed[text]", "keyed[7]")), names::toString);
    registry.resetAll(lock -> true, "test");
  }

  @Test
  void shouldSurviveADumpWhoseConsumerThrowsAndGiveTheNextOne() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (PendingDump bad =
            registry.dumpLater(
                Duration.ZERO,
                report -> {
                  throw new ArithmeticException("from a consumer");
                });
        PendingDump good = registry.dumpLater(Duration.ZERO, report -> second.countDown())) {
      assertTrue(second.await(30, TimeUnit.SECONDS));
    }
  }

  /** A face that is handed out by held() must be the key's, or two threads would get in. */
  @Test
  void shouldNeverGiveAKeyTwoLocks() throws Exception {
    registry.keyed("k").lock();
    WeakReference<?> face = new WeakReference<>(registry.keyed("k"));
    while (face.get() != null) {
      System.gc();
      Thread.sleep(5);
    }
    ResettableLock told = registry.held().get(0);
    told.unlock();
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(5);
      registry.recoverAll();
    }
    assertSame(told, registry.keyed("k"));
    told.lock();
    onAnotherThread(() -> assertFalse(registry.keyed("k").tryLock()));
    told.unlock();
  }

  /** A registry starts nothing: whoever is idle pays no thread and no wake-up. */
  @Test
  void shouldNeedNoThreadWhileNobodyWaits() {
    LockRegistry idle = LockRegistry.builder().sites(SiteRecording.ALL).build();
    List<String> before = keelsonThreads();
    for (int i = 0; i < 1_000; i++) {
      idle.lock("n" + i).lock();
      idle.keyed(i).lock();
    }
    assertEquals(2_000, idle.held().size());
    idle.resetAll(lock -> true, "test");
    idle.report(Duration.ZERO);
    List<String> started = keelsonThreads();
    started.removeAll(before);
    assertEquals(List.of(), started);
  }

  private static List<String> keelsonThreads() {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("keelson")) {
        names.add(thread.getName());
      }
    }
    return names;
  }
}
