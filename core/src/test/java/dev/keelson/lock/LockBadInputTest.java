/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.function.Executable;

/** What a lock is told that makes no sense, and code of others that it calls and that fails. */
@Tag("process")
@Timeout(120)
class LockBadInputTest {

  private final ResettableLock lock = ResettableLock.builder().name("orders").build();

  @Test
  void shouldNameLockOwnerGenerationAndFixWhenAStrangerUnlocks() throws Exception {
    Actor owner = new Actor("owner");
    owner.tell(lock::lock);
    IllegalMonitorStateException e = assertThrows(IllegalMonitorStateException.class, lock::unlock);
    assertSays(e, "unlock", "orders", "\"owner\"", "generation 0", "lock it first");
    assertFalse(e instanceof LockOwnershipLostException);
    owner.tell(lock::unlock);
    assertSays(assertThrows(IllegalMonitorStateException.class, lock::unlock), "it is free");
    owner.die();
  }

  @Test
  void shouldTellWhoTookItAndWhyWhenTheDeprivedUnlocks() throws Exception {
    Actor owner = new Actor("owner");
    owner.tell(lock::lock);
    lock.reset(Force.YES, "maintenance");
    LockOwnershipLostException e =
        assertThrows(LockOwnershipLostException.class, () -> owner.tell(lock::unlock));
    String me = Thread.currentThread().getName();
    assertSays(e, "orders", "\"owner\"", "generation 1", "maintenance", me, "lock again");
    owner.die();
  }

  @Test
  void shouldThrowAndKeepAllHoldsWhenTakenOnceTooOften() {
    for (int i = 0; i < Word.MAX_HOLDS; i++) {
      lock.lock();
    }
    for (Executable once : List.<Executable>of(lock::lock, lock::tryLock, this::tryTimed)) {
      Error e = assertThrows(Error.class, once);
      assertSays(e, "Maximum lock count exceeded", "orders", "32767");
    }
    assertEquals(Word.MAX_HOLDS, lock.getHoldCount());
    for (int i = 0; i < Word.MAX_HOLDS; i++) {
      lock.unlock();
    }
    assertFalse(lock.isLocked());
  }

  private void tryTimed() throws InterruptedException {
    lock.tryLock(1, TimeUnit.SECONDS);
  }

  @Test
  void shouldRefuseNullsAndBlanksAtOnce() {
    lock.lock();
    List<Executable> nulls =
        List.of(
            () -> lock.reset((String) null),
            () -> lock.reset((Recovery) null),
            () -> lock.reset(null, "r"),
            () -> lock.reset(Force.YES, null),
            () -> lock.reset(Force.YES, "r", null),
            () -> lock.recover(null),
            () -> lock.evict(null),
            () -> lock.evict(null, "r"),
            () -> lock.tryLock(1, null),
            () -> ResettableLock.builder().name(null),
            () -> ResettableLock.builder().policy(null),
            () -> ResettableLock.builder().onAbandoned(null));
    for (Executable call : nulls) {
      assertThrows(NullPointerException.class, call);
    }
    assertSays(
        assertThrows(IllegalArgumentException.class, () -> lock.reset(" ")), "reason", "blank");
    assertSays(
        assertThrows(
            IllegalArgumentException.class,
            () -> LockRegistry.global().resetAll(any -> false, " ")),
        "reason",
        "blank");
    assertThrows(IllegalArgumentException.class, () -> lock.evict(Force.YES, ""));
    assertThrows(IllegalArgumentException.class, () -> ResettableLock.builder().name(" "));
    assertEquals(1, lock.getHoldCount(), "nothing was done");
    lock.unlock();
  }

  @Test
  void shouldFreeTheLockAndSayInconsistentWhenARecoveryThrows() {
    lock.lock();
    IllegalStateException own = new IllegalStateException("cannot repair");
    Recovery throwing =
        lost -> {
          lock.lock(); // and leaves it
          throw own;
        };
    assertSame(own, assertThrows(RuntimeException.class, () -> lock.reset(throwing)));
    assertFalse(lock.isLocked());
    assertFalse(lock.isConsistent());
    assertThrows(LockOwnershipLostException.class, lock::unlock);
    assertEquals(ResetOutcome.Kind.REPAIRED, lock.recover(lost -> {}).kind());
    assertTrue(lock.isConsistent());
  }

  @Test
  void shouldRecoverWhenTheThiefIsDead() {
    Thread thief = new Thread("thief");
    Sync sync =
        new Sync(LockConfig.PLAIN) {
          private static final long serialVersionUID = 1;

          {
            setState(Word.of(ThreadIds.of(thief), 0, Word.RESET));
            setExclusiveOwnerThread(thief);
          }
        };
    ResettableLock left = new ResettableLock(sync);
    left.lock();
    assertFalse(left.isConsistent(), "its repair was cut off");
    assertEquals("thief", left.history().get(0).ownerName());
    left.unlock();
  }

  @Test
  void shouldRefuseWhatCannotWorkInsideARecovery() {
    Condition condition = lock.newCondition();
    List<Throwable> thrown = new ArrayList<>();
    lock.lock();
    lock.reset(
        lost -> {
          thrown.add(assertThrows(IllegalMonitorStateException.class, lock::unlock));
          thrown.add(assertThrows(IllegalMonitorStateException.class, condition::await));
          thrown.add(assertThrows(IllegalStateException.class, () -> lock.reset("r")));
          thrown.add(assertThrows(IllegalStateException.class, () -> lock.evict("r")));
          assertEquals(ResetOutcome.Kind.NOT_GONE, lock.recover().kind());
        });
    assertEquals(4, thrown.size());
    thrown.forEach(e -> assertSays(e, "orders", "recover"));
    assertFalse(lock.isLocked());
    assertTrue(lock.isConsistent());
  }

  @Test
  void shouldHaveTheLockWhateverTheCallbackDoes() throws Exception {
    AtomicInteger called = new AtomicInteger();
    List<ResettableLock> self = new ArrayList<>();
    for (Executable callback :
        List.<Executable>of(
            () -> self.get(0).lock(),
            () -> {
              throw new AssertionError("thrown on purpose");
            },
            () -> {
              self.get(0).lock();
              self.get(0).unlock();
            })) {
      ResettableLock heals =
          ResettableLock.builder()
              .onAbandoned(
                  lost -> {
                    called.incrementAndGet();
                    run(callback);
                  })
              .build();
      self.clear();
      self.add(heals);
      abandon(heals);
      heals.lock();
      assertTrue(heals.isHeldByCurrentThread());
      assertFalse(heals.isConsistent());
      heals.reset("enough");
      assertTrue(heals.tryLock());
      heals.unlock();
    }
    assertEquals(3, called.get());
  }

  @Test
  void shouldTellWhenTheCallbackResetsTheLock() throws Exception {
    List<ResettableLock> self = new ArrayList<>();
    ResettableLock heals =
        ResettableLock.builder().onAbandoned(lost -> self.get(0).reset("from within")).build();
    self.add(heals);
    abandon(heals);
    heals.lock();
    assertSays(assertThrows(LockOwnershipLostException.class, heals::unlock), "from within");
    assertFalse(heals.isLocked());
  }

  /** Every thread of this class claims to be thread 7. */
  private static final class Seven extends Thread {
    Seven(Runnable body, String name) {
      super(body, name);
      setDaemon(true);
    }

    @Override
    @Deprecated
    public long getId() {
      return 7;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Seven;
    }

    @Override
    public int hashCode() {
      return 7;
    }
  }

  @Test
  void shouldTellThreadsApartThatClaimTheSameId() throws Exception {
    Thread dies = new Seven(lock::lock, "dies");
    dies.start();
    dies.join();
    FutureTask<Boolean> other =
        new FutureTask<>(
            () -> {
              lock.lock();
              return lock.getHoldCount() == 1;
            });
    Thread stays = new Seven(other, "stays");
    stays.start();
    assertTrue(Actor.end(other), "a first hold and not a second one of the dead thread's");
    stays.join();
    assertEquals("dies", lock.history().get(0).ownerName());
    FutureTask<String> stranger =
        new FutureTask<>(
            () -> {
              lock.unlock();
              return "ok";
            });
    Thread third = new Seven(stranger, "third");
    third.start();
    assertThrows(IllegalMonitorStateException.class, () -> Actor.end(stranger));
    assertTrue(lock.tryLock(), "from the second one, who has died since");
    lock.unlock();
  }

  private static void abandon(ResettableLock lock) throws InterruptedException {
    Actor dead = new Actor("dead");
    dead.begin(lock::lock);
    dead.die();
  }

  private static void run(Executable callback) {
    try {
      callback.execute();
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void assertSays(Throwable thrown, String... parts) {
    for (String part : parts) {
      assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
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

  /** Its second thread, which is to make up for the first one's wait, is not to be had. */
  @Test
  void shouldWaitWithoutAnotherWorkerWhenThePoolsFactoryFails() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ForkJoinPool.ForkJoinWorkerThreadFactory factory =
        pool -> {
          if (asked.incrementAndGet() > 1) {
            throw new OutOfMemoryError("planted");
          }
          return ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        };
    ForkJoinPool pool = new ForkJoinPool(1, factory, null, false);
    Condition condition = lock.newCondition();
    AtomicBoolean told = new AtomicBoolean();
    FutureTask<Boolean> waiter =
        new FutureTask<>(
            () -> {
              lock.lock();
              while (!told.get()) {
                condition.await();
              }
              return unlocked();
            });
    try {
      pool.execute(waiter);
      untilAwaited(lock, condition);
      while (asked.get() < 2) { // the pool has not tried yet
        Thread.sleep(1);
      }
      signal(condition, told);
      assertTrue(waiter.get(30, TimeUnit.SECONDS));
    } finally {
      pool.shutdownNow();
    }
  }

  /** JDK 25 refuses to make up for a wait then, by an InterruptedException. */
  @Test
  void shouldWaitOnWhenThePoolStopsMeanwhile() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(1);
    Condition condition = lock.newCondition();
    AtomicBoolean told = new AtomicBoolean();
    AtomicReference<Thread> worker = new AtomicReference<>();
    FutureTask<Boolean> waiter =
        new FutureTask<>(
            () -> {
              worker.set(Thread.currentThread());
              lock.lock();
              while (!told.get()) {
                condition.awaitUninterruptibly();
              }
              return unlocked();
            });
    try {
      pool.execute(waiter);
      untilAwaited(lock, condition);
      pool.shutdownNow();
      Thread thread = worker.get();
      while (!waiter.isDone()
          && (thread.isInterrupted() || thread.getState() != Thread.State.WAITING)) {
        Thread.sleep(1);
      }
      assertFalse(waiter.isDone(), "nobody has signalled");
      signal(condition, told);
      assertTrue(waiter.get(30, TimeUnit.SECONDS));
    } finally {
      pool.shutdownNow();
    }
  }

  /** JDK 17 tries for ever to make up for a wait then, and looks at no deadline. */
  @Test
  void shouldEndTheWaitInTimeWhenThePoolHasStopped() throws Exception {
    for (int i = 0; i < 10; i++) { // which worker is gone first is the pool's affair
      ForkJoinPool pool = new ForkJoinPool(1);
      Condition condition = lock.newCondition();
      FutureTask<Boolean> waiter =
          new FutureTask<>(
              () -> {
                lock.lock();
                assertThrows(InterruptedException.class, condition::await);
                for (int timedOut = 0; timedOut < 20; ) {
                  try {
                    timedOut += condition.awaitNanos(1_000_000) <= 0 ? 1 : 0;
                  } catch (InterruptedException e) {
                    // a pool that stops interrupts its workers as often as it likes
                  }
                }
                return unlocked();
              });
      pool.execute(waiter);
      untilAwaited(lock, condition);
      while (pool.getPoolSize() < 2 || pool.getRunningThreadCount() > 0) {
        Thread.sleep(1); // until the worker that makes up for it has nothing to do
      }
      pool.shutdownNow();
      assertTrue(waiter.get(30, TimeUnit.SECONDS));
    }
  }

  /** From JDK 22 on, to ask is to help: it would run other tasks' cancel on the waiter. */
  @Test
  @EnabledForJreRange(min = JRE.JAVA_22)
  void shouldNotAskThePoolWhetherItStopsWhereItRefusesByItself() throws Exception {
    AtomicReference<Thread> asked = new AtomicReference<>();
    ForkJoinPool pool =
        new ForkJoinPool(1) {
          @Override
          public boolean isTerminating() {
            asked.set(Thread.currentThread());
            return super.isTerminating();
          }
        };
    Condition condition = lock.newCondition();
    AtomicBoolean told = new AtomicBoolean();
    FutureTask<Boolean> waiter = waiter(condition, told);
    try {
      pool.execute(waiter);
      untilAwaited(lock, condition);
      pool.shutdownNow();
      signal(condition, told);
      assertTrue(waiter.get(30, TimeUnit.SECONDS));
      assertNull(asked.get());
    } finally {
      pool.shutdownNow();
    }
  }

  /** Signalled, and interrupted before the signaller has given the lock back. */
  @Test
  void shouldCountAThreadOnceThatQueuesBeforeItIsWoken() throws Exception {
    Condition condition = lock.newCondition();
    AtomicBoolean told = new AtomicBoolean();
    FutureTask<Boolean> waiter = waiter(condition, told);
    Thread thread = new Thread(waiter);
    thread.start();
    untilAwaited(lock, condition);
    lock.lock();
    told.set(true);
    condition.signal();
    assertEquals(1, lock.getQueueLength());
    thread.interrupt();
    while (!lock.sync.isQueued(thread)) {
      Thread.sleep(1);
    }
    assertEquals(1, lock.getQueueLength());
    assertTrue(lock.hasQueuedThread(thread));
    lock.unlock();
    assertTrue(waiter.get(30, TimeUnit.SECONDS));
    assertEquals(0, lock.getQueueLength());
  }

  /** Waits until it is told; whether it had the lock then. */
  private FutureTask<Boolean> waiter(Condition condition, AtomicBoolean told) {
    return new FutureTask<>(
        () -> {
          lock.lock();
          while (!told.get()) {
            condition.awaitUninterruptibly();
          }
          return unlocked();
        });
  }

  private boolean unlocked() {
    boolean held = lock.isHeldByCurrentThread();
    lock.unlock();
    return held;
  }

  private void signal(Condition condition, AtomicBoolean told) {
    lock.lock();
    told.set(true);
    condition.signal();
    lock.unlock();
  }

  /** As at the stack's edge: what is thrown once the lock is taken would leave it locked. */
  @Test
  void shouldHaveTheLockWhenWhatWatchesItFails() throws Exception {
    LockWatch failing =
        new LockWatch() {
          @Override
          void acquired(boolean waited) {
            throw new StackOverflowError("planted");
          }
        };
    ResettableLock watched = ResettableLock.builder().watch(failing).build();
    watched.lock();
    watched.unlock();
    assertTrue(watched.tryLock());
    watched.unlock();
    assertTrue(watched.tryLock(1, TimeUnit.SECONDS));
    assertFalse(watched.newCondition().await(1, TimeUnit.NANOSECONDS));
    assertTrue(watched.isHeldByCurrentThread());
    watched.unlock();
    assertFalse(watched.isLocked());
  }
}
