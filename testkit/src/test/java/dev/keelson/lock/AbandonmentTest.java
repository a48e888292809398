/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.stress.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that end with a lock in their hands. ReentrantLock's losses are printed beside. */
@Tag("process")
@Timeout(600)
class AbandonmentTest {

  private static final int DEATHS = Size.of(500, 10_000);
  private static final int PARKED = Size.of(60, 1_000);

  /** How a thread comes to die with a lock. */
  enum Death {
    /** It just ends. */
    END {
      @Override
      void die(Lock lock) {
        lock.lock();
      }
    },
    /** By an exception between lock and try. */
    EXCEPTION {
      @Override
      void die(Lock lock) {
        lock.lock();
        throw new IllegalStateException("on purpose");
      }
    },
    /** Correct code, in a recursion that ends only with the stack. */
    STACK {
      @Override
      @SuppressWarnings("InfiniteRecursion") // that is the point
      void die(Lock lock) {
        lock.lock();
        try {
          die(lock);
        } finally {
          lock.unlock();
        }
      }
    };

    abstract void die(Lock lock);
  }

  @ParameterizedTest
  @EnumSource(Death.class)
  void shouldLoseNoLock(Death death) throws Exception {
    int lost = campaign(death, true);
    int theirs = campaign(death, false);
    System.out.printf(
        "abandoned by %s: of %,d locks, ResettableLock lost %,d and ReentrantLock %,d%n",
        death, DEATHS, lost, theirs);
    assertEquals(0, lost);
  }

  private static int campaign(Death death, boolean ours) throws Exception {
    int lost = 0;
    for (int i = 0; i < DEATHS; i++) {
      Lock lock = ours ? new ResettableLock(i % 2 == 0) : new ReentrantLock(i % 2 == 0);
      if (death == Death.STACK) {
        lock.lock(); // so that it is not the first use of anything
        lock.unlock();
      }
      dying(death, lock, 160 + i % 64).join();
      if (lock.tryLock()) { // at once: nobody waits for a watchdog who comes after the death
        lock.unlock();
        assertFalse(lock instanceof ResettableLock l && l.isLocked(), "free again");
      } else {
        lost++;
      }
    }
    return lost;
  }

  private static Thread dying(Death death, Lock lock, int stackKiB) {
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                death.die(lock);
              } catch (IllegalStateException
                  | StackOverflowError
                  | IllegalMonitorStateException e) {
                // dead all the same
              }
            },
            "dying",
            stackKiB * 1024L);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void shouldGiveLockToParkedWaiterSoonAfterItsOwnersDeath() throws Exception {
    long[] worst = {0};
    for (int i = 0; i < PARKED; i++) {
      ResettableLock lock = new ResettableLock(i % 2 == 0);
      Thread owner = ownerThatParks(lock);
      long[] got = {0};
      Thread waiter =
          new Thread(
              () -> {
                lock.lock();
                got[0] = System.nanoTime();
                lock.unlock();
              });
      waiter.start();
      await(() -> LockSupport.getBlocker(waiter) == lock.sync);
      LockSupport.unpark(owner);
      owner.join();
      long death = System.nanoTime();
      waiter.join(TimeUnit.SECONDS.toMillis(60));
      assertFalse(waiter.isAlive(), "it sleeps for ever");
      worst[0] = Math.max(worst[0], got[0] - death);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(worst[0]);
    System.out.println(
        PARKED + " parked waiters: the slowest got its lock after " + millis + " ms");
    assertTrue(millis < 40 * 250, millis + " ms; 250 are meant, a busy machine may take its time");
  }

  /** The watchdog looks in between: it must not take the one who is late for one who left. */
  @Test
  void shouldGiveLockToOneWhoQueuesLongAfterHavingItWatched() throws Exception {
    ResettableLock lock = new ResettableLock();
    Thread owner = ownerThatParks(lock);
    Side side = lock.sync.side();
    CountDownLatch announced = new CountDownLatch(1);
    CountDownLatch watchdogCame = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              Wait wait = side.waits(Thread.currentThread(), false);
              Watchdog.watch(lock.sync, side);
              announced.countDown();
              try {
                watchdogCame.await();
              } catch (InterruptedException e) {
                return;
              }
              lock.sync.acquire(Sync.ONCE);
              wait.done = true;
              lock.unlock();
            });
    waiter.setDaemon(true);
    waiter.start();
    announced.await();
    for (int i = 0; i < 2; i++) { // each is recovered at a tick that comes after the one before
      ResettableLock other = new ResettableLock();
      Thread otherOwner = ownerThatParks(other);
      Thread otherWaiter = new Thread(other::lock);
      otherWaiter.start();
      await(() -> LockSupport.getBlocker(otherWaiter) == other.sync);
      LockSupport.unpark(otherOwner);
      otherWaiter.join();
    }
    watchdogCame.countDown();
    await(() -> LockSupport.getBlocker(waiter) == lock.sync);
    LockSupport.unpark(owner);
    waiter.join(TimeUnit.SECONDS.toMillis(30));
    assertFalse(waiter.isAlive(), "it sleeps for ever");
  }

  private static Thread ownerThatParks(ResettableLock lock) throws Exception {
    Thread owner =
        new Thread(
            () -> {
              lock.lock();
              LockSupport.park();
            });
    owner.start();
    await(lock::isLocked);
    return owner;
  }

  @Test
  void shouldKeepOrderOfThoseWhoParkedBeforeTheDeath() throws Exception {
    for (int round = 0; round < Size.of(5, 50); round++) {
      ResettableLock lock = new ResettableLock(round % 2 == 0);
      Thread owner = ownerThatParks(lock);
      List<Integer> order = new ArrayList<>();
      List<Thread> waiters = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i;
        Thread waiter =
            new Thread(
                () -> {
                  lock.lock();
                  order.add(number);
                  lock.unlock();
                });
        waiters.add(waiter);
        waiter.start();
        await(() -> lock.hasQueuedThread(waiter));
      }
      LockSupport.unpark(owner);
      for (Thread waiter : waiters) {
        waiter.join();
      }
      assertEquals(List.of(0, 1, 2, 3), order);
      assertEquals(1, lock.history().size());
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nothing came of it within a minute");
      }
      Thread.onSpinWait();
      Thread.yield();
    }
  }
}
