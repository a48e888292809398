/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that leave locks held on threads that live on. */
@Tag("process")
@Timeout(60)
class LockScopeTest {

  private final LockRegistry registry = new LockRegistry();
  private final ResettableLock lock = registry.lock("a");
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @AfterEach
  void shutDown() throws InterruptedException {
    pool.shutdownNow();
    assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
  }

  @Test
  void shouldFailAndReleaseWhatIsLeftHeld() {
    LockScope scope = registry.openScope("the import");
    lock.lock();
    lock.lock();
    LockLeakException e = assertThrows(LockLeakException.class, scope::close);
    assertTrue(e.getMessage().contains("the import"), e.getMessage());
    assertEquals(List.of("a"), e.locks());
    assertFalse(lock.isLocked());
    scope.close();
    assertEquals("left held by \"the import\"", lock.history().get(0).reason());
    assertThrows(LockOwnershipLostException.class, lock::unlock);
  }

  @Test
  void shouldSayNothingWhenEverythingWasGivenBack() {
    ResettableLock before = registry.lock("before");
    before.lock();
    try (LockScope scope = registry.openScope("clean")) {
      lock.lock();
      before.lock();
      before.unlock();
      lock.unlock();
    }
    assertTrue(before.isHeldByCurrentThread());
    before.unlock();
  }

  @Test
  void shouldGiveBackOnlyTheHoldsThatCameInTheScope() {
    lock.lock();
    LockScope scope = registry.openScope("nested", LockLeakPolicy.RELEASE);
    lock.lock();
    lock.lock();
    scope.close();
    assertEquals(1, lock.getHoldCount());
    lock.unlock();
    assertFalse(lock.isLocked());
  }

  @Test
  void shouldLeaveItHeldWhenItOnlyLogs() {
    LockScope scope = registry.openScope("watched", LockLeakPolicy.LOG);
    lock.lock();
    scope.close();
    assertTrue(lock.isHeldByCurrentThread());
    lock.unlock();
  }

  @Test
  void shouldFailATaskOfAPoolThatLeaks() throws Exception {
    try (LockScope scope = registry.openScope("task")) {
      Future<?> leaking = pool.submit(scope.wrap((Runnable) lock::lock));
      ExecutionException e = assertThrows(ExecutionException.class, leaking::get);
      assertInstanceOf(LockLeakException.class, e.getCause());
    }
    assertTrue(lock.tryLock(30, TimeUnit.SECONDS));
    lock.unlock();
  }

  @Test
  void shouldKeepTheTasksOwnFailureInFront() throws Exception {
    try (LockScope scope = registry.openScope("task")) {
      Future<?> failing =
          pool.submit(
              scope.wrap(
                  () -> {
                    lock.lock();
                    throw new IllegalArgumentException("its own");
                  }));
      ExecutionException e = assertThrows(ExecutionException.class, failing::get);
      assertInstanceOf(IllegalArgumentException.class, e.getCause());
      assertInstanceOf(LockLeakException.class, e.getCause().getSuppressed()[0]);
    }
    assertFalse(lock.isLocked());
  }

  @Test
  void shouldReleaseWhatTheCallerTookWhenTheExecutorRejects() {
    pool.shutdown();
    LockScope scope = registry.openScope("rejected");
    lock.lock(); // for a task that will never run
    RejectedExecutionException e =
        assertThrows(RejectedExecutionException.class, () -> scope.execute(pool, lock::unlock));
    assertInstanceOf(LockLeakException.class, e.getSuppressed()[0]);
    assertFalse(lock.isLocked());
  }

  @Test
  void shouldReleaseWhenItIsClosedByAnotherThread() throws Exception {
    LockScope scope = registry.openScope("closed elsewhere", LockLeakPolicy.RELEASE);
    lock.lock();
    pool.submit(scope::close).get();
    assertFalse(lock.isLocked());
    assertThrows(LockOwnershipLostException.class, lock::unlock);
  }

  /** With an executor that runs it here, what the task throws is no rejection. */
  @Test
  void shouldLeaveTheCallerItsLocksWhenATaskThatItRunsItselfFails() {
    LockScope scope = registry.openScope("here");
    lock.lock();
    Runnable failing =
        () -> {
          throw new ArithmeticException("its own");
        };
    assertThrows(ArithmeticException.class, () -> scope.execute(Runnable::run, failing));
    assertTrue(lock.isHeldByCurrentThread());
    lock.unlock();
    scope.close();
  }

  /** Hands another lock over to the pool's thread when it is unlocked. */
  private static final class HandingOver extends ResettableLock {
    private static final long serialVersionUID = 1;

    private final transient ExecutorService pool;
    private transient ResettableLock other;

    HandingOver(ExecutorService pool) {
      this.pool = pool;
    }

    @Override
    public void unlock() {
      super.unlock();
      if (other.isHeldByCurrentThread()) {
        other.unlock();
        try {
          pool.submit(other::lock).get();
        } catch (ExecutionException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** What was seen held may be somebody else's by the time it is given back. */
  @Test
  void shouldTakeNothingFromOneWhoLocksWhileItCloses() throws Exception {
    HandingOver first = new HandingOver(pool);
    registry.register(first);
    first.other = registry.lock("other");
    first.lock();
    LockScope scope = registry.openScope("late", LockLeakPolicy.RELEASE);
    first.lock();
    first.other.lock();
    scope.close();
    assertTrue(pool.submit(first.other::isHeldByCurrentThread).get());
    pool.submit(first.other::unlock).get();
    assertEquals(1, first.getHoldCount());
    first.unlock();
  }

  /** Fails to be unlocked, once. */
  private static final class Stubborn extends ResettableLock {
    private static final long serialVersionUID = 1;

    private boolean failed;

    @Override
    public void unlock() {
      if (!failed) {
        failed = true;
        throw new IllegalMonitorStateException("planted");
      }
      super.unlock();
    }
  }

  @Test
  void shouldGiveTheOthersBackWhenOneIsNotToBeHadAndSayWhichIsHeldStill() {
    Stubborn stubborn = new Stubborn();
    registry.register(stubborn);
    ResettableLock other = registry.lock("other");
    stubborn.lock();
    LockScope scope = registry.openScope("stubborn");
    stubborn.lock();
    other.lock();
    LockLeakException e = assertThrows(LockLeakException.class, scope::close);
    assertFalse(other.isLocked());
    assertEquals(2, stubborn.getHoldCount());
    String message = e.getMessage();
    assertTrue(message.contains("released now, but for " + stubborn.name()), message);
    stubborn.unlock();
    stubborn.unlock();
  }

  @Test
  void shouldSayThatItIsHeldStillWhenOnlyItsThreadCanUnlockIt() throws Exception {
    lock.lock();
    LockScope scope = registry.openScope("elsewhere");
    lock.lock();
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> pool.submit(scope::close).get());
    String message = e.getCause().getMessage();
    assertTrue(message.contains("left held: a; still held"), message);
    assertEquals(2, lock.getHoldCount());
    lock.unlock();
    lock.unlock();
  }
}
