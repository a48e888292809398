/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.stress.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Races of three, races in which a thread dies, and races that need a parked thread. */
@Tag("process")
@Timeout(600)
class LockRacesTest {

  private static final int ROUNDS = Size.of(400, 20_000);
  private static final int DEATHS = Size.of(150, 5_000);

  private final Racers racers = new Racers(3);
  private ResettableLock lock = new ResettableLock();
  private volatile boolean woken;

  @AfterEach
  void close() {
    racers.close();
  }

  /** The same round often, on fresh locks, every other one fair. */
  private void often(int rounds, Racers.Body round) throws Exception {
    for (int i = 0; i < rounds; i++) {
      lock = new ResettableLock(i % 2 == 0);
      woken = false;
      round.run();
      assertFalse(lock.isLocked(), "locked when all is over");
      assertFalse(lock.hasQueuedThreads(), "queued when all is over");
    }
  }

  @Test
  void shouldEndEachTenureOnceBetweenUserNextOwnerAndResetter() throws Exception {
    often(
        ROUNDS,
        () -> {
          AtomicInteger ends = new AtomicInteger();
          Racers.Body user =
              () -> {
                lock.lock();
                Racers.linger();
                ends.addAndGet(Math.max(0, ended()));
              };
          racers.race(user, user, () -> ends.addAndGet(reset()));
          assertEquals(2, ends.get());
        });
  }

  @Test
  void shouldAcquireOrThrowWhenInterruptedWhileReset() throws Exception {
    often(
        ROUNDS,
        () -> {
          lock.lock();
          boolean[] seen = new boolean[3]; // acquired, threw, flag
          racers.race(
              () -> {
                try {
                  lock.lockInterruptibly();
                  seen[0] = true;
                } catch (InterruptedException e) {
                  seen[1] = true;
                }
                assertEquals(seen[0], lock.isHeldByCurrentThread());
                if (seen[0]) {
                  lock.unlock();
                }
                while (!seen[1] && !Thread.interrupted()) {
                  Thread.onSpinWait(); // it must not have been swallowed
                }
              },
              this::reset,
              () -> racers.thread(0).interrupt());
          assertTrue(seen[0] ^ seen[1]);
        });
  }

  @Test
  void shouldSendAwayWhoIsParkedAndServeWhoComesLater() throws Exception {
    often(
        ROUNDS / 4,
        () -> {
          lock.lock();
          Thread parked = racers.thread(0);
          boolean[] gone = {false};
          racers.race(
              () -> {
                try {
                  lock.lock();
                  lock.unlock();
                } catch (LockResetException e) {
                  gone[0] = true;
                  assertFalse(lock.isHeldByCurrentThread());
                }
              },
              () -> {
                awaitQueued(parked);
                lock.evict(Force.YES, "race");
                lock.lock();
                lock.unlock();
              });
          assertTrue(gone[0], "it came before the eviction");
          unlockLost();
        });
  }

  @Test
  void shouldWakeASignalledWaiterOnceAlthoughTheSignallerIsDeprived() throws Exception {
    often(
        ROUNDS / 4,
        () -> {
          Condition condition = lock.newCondition();
          Thread waiter = racers.thread(0);
          racers.race(
              () -> {
                lock.lock();
                lock.lock();
                condition.awaitUninterruptibly(); // a signal that is lost leaves it here for ever
                woken = true;
                int holds = lock.getHoldCount();
                assertTrue(holds == 2 || holds == 0 && !lock.history().isEmpty(), holds + " holds");
                unlockLost();
              },
              () -> {
                awaitWaiting(condition, waiter);
                boolean signalled = false;
                while (!signalled) {
                  lock.lock();
                  try {
                    condition.signal();
                    signalled = true;
                    lock.unlock();
                  } catch (LockOwnershipLostException e) {
                    // before the signal, and then nobody is awake; or after it, at the unlock
                  }
                }
              },
              () -> {
                awaitWaiting(condition, waiter);
                Racers.linger();
                reset();
              });
        });
  }

  @Test
  void shouldGiveEvictedConditionWaiterItsHoldsBeforeItThrows() throws Exception {
    often(
        ROUNDS / 4,
        () -> {
          Condition condition = lock.newCondition();
          Thread waiter = racers.thread(0);
          boolean[] thrown = {false};
          racers.race(
              () -> {
                lock.lock();
                lock.lock();
                try {
                  condition.awaitUninterruptibly();
                } catch (LockResetException e) {
                  thrown[0] = true;
                }
                assertEquals(2, lock.getHoldCount());
                lock.unlock();
                lock.unlock();
              },
              () -> {
                try {
                  lock.lock();
                  Racers.linger();
                  lock.unlock();
                } catch (LockResetException e) {
                  assertFalse(lock.isHeldByCurrentThread()); // it came before, and waited
                }
              },
              () -> {
                awaitWaiting(condition, waiter);
                lock.sync.side().evictAll("race");
              });
          assertTrue(thrown[0]);
        });
  }

  @Test
  void shouldTellOneOfTwoOfADeathAndServeBoth() throws Exception {
    for (int i = 0; i < DEATHS; i++) {
      AtomicInteger told = new AtomicInteger();
      lock =
          ResettableLock.builder()
              .fair(i % 2 == 0)
              .onAbandoned(lost -> told.incrementAndGet())
              .build();
      Thread dies = new Thread(lock::lock);
      dies.start();
      int[] inside = {0};
      Racers.Body user =
          () -> {
            while (lock.history().isEmpty() && !lock.isLocked()) {
              Thread.onSpinWait(); // it is to come after the one who dies
            }
            lock.lock();
            assertEquals(1, ++inside[0]);
            Racers.linger();
            inside[0]--;
            lock.unlock();
          };
      racers.race(user, user);
      dies.join();
      assertEquals(1, told.get());
      assertEquals(1, lock.history().size());
      assertFalse(lock.isLocked());
    }
  }

  @Test
  void shouldNotTakeForAbandonedWhatWasUnlockedBeforeTheDeath() throws Exception {
    for (int i = 0; i < DEATHS; i++) {
      lock = new ResettableLock(i % 2 == 0);
      Thread dies =
          new Thread(
              () -> {
                for (int n = 0; n < 3; n++) {
                  lock.lock();
                  Racers.linger();
                  lock.unlock();
                }
              });
      dies.start();
      Racers.Body user =
          () -> {
            do {
              lock.lock();
              lock.unlock();
            } while (dies.isAlive());
          };
      racers.race(
          user,
          user,
          () -> {
            do {
              assertFalse(lock.recover().released());
            } while (dies.isAlive());
          });
      assertTrue(lock.isConsistent());
      assertEquals(List.of(), lock.history());
    }
  }

  /**
   * As if one thief after the other left it refusing and the next one repaired it, at the moment in
   * which somebody has taken it and looks once more.
   */
  @Test
  void shouldHaveTheLockOrThrowWhileItIsLeftBehindAndRepaired() throws Exception {
    for (int i = 0; i < ROUNDS / 8; i++) {
      lock = ResettableLock.builder().policy(AbandonPolicy.REFUSE).build();
      Side side = lock.sync.side();
      side.expectStray();
      side.strays.put(ThreadIds.of(racers.thread(2)), racers.thread(2)); // every word is marked
      lock.lock();
      lock.sync.markMine(Thread.currentThread());
      lock.unlock();
      AtomicInteger left = new AtomicInteger(200);
      racers.race(
          () -> {
            try {
              while (left.getAndDecrement() > 0) {
                lockUnlessItRefuses();
              }
            } finally {
              left.set(0);
            }
          },
          () -> {
            while (left.get() > 0) {
              side.inconsistent = true;
              side.inconsistent = false;
            }
          });
      assertFalse(lock.isLocked());
    }
  }

  private void lockUnlessItRefuses() {
    try {
      lock.lock();
    } catch (AbandonedLockException e) {
      assertFalse(lock.isHeldByCurrentThread());
      return;
    }
    assertTrue(lock.isHeldByCurrentThread(), "lock() has returned");
    lock.unlock();
  }

  @Test
  void shouldKeepFairOrderThroughAReset() throws Exception {
    for (int i = 0; i < ROUNDS / 8; i++) {
      lock = new ResettableLock(true);
      lock.lock();
      List<Integer> order = new ArrayList<>();
      Thread first = racers.thread(0);
      Thread second = racers.thread(1);
      racers.race(
          () -> inside(order, 1),
          () -> {
            awaitQueued(first);
            inside(order, 2);
          },
          () -> {
            awaitQueued(first);
            awaitQueued(second);
            assertEquals(1, reset());
            inside(order, 3);
          });
      assertEquals(List.of(1, 2, 3), order);
      unlockLost();
    }
  }

  private void inside(List<Integer> order, int who) {
    lock.lock();
    order.add(who);
    lock.unlock();
  }

  private int reset() {
    return lock.reset(Force.YES, "race").released() ? 1 : 0;
  }

  /** 1 if this unlock ended the tenure, 0 if it had been ended. */
  private int ended() {
    try {
      lock.unlock();
      return 1;
    } catch (LockOwnershipLostException e) {
      return 0;
    }
  }

  /** The main thread, or a waiter, gives back what it may have lost. */
  private void unlockLost() {
    while (lock.isHeldByCurrentThread()) {
      ended();
    }
  }

  /** Until it is in this round's lock's queue, as the lock itself says. */
  private void awaitQueued(Thread thread) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!lock.hasQueuedThread(thread)) {
      assertTrue(System.nanoTime() < deadline, "not queued");
      Thread.yield();
    }
  }

  /** Until it is parked on a condition of this round, so that it has given the lock back. */
  private void awaitWaiting(Condition condition, Thread thread) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (LockSupport.getBlocker(thread) != condition) {
      assertTrue(
          System.nanoTime() < deadline,
          () ->
              "not waiting "
                  + lock
                  + lock.sync.conditionWaiters()
                  + List.of(thread.getStackTrace()));
      if (woken) {
        return; // it has been woken already
      }
      Thread.yield();
    }
  }
}
