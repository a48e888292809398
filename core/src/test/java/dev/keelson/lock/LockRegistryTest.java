/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.boundary.Boundary;
import dev.keelson.boundary.BoundaryException;
import dev.keelson.boundary.BoundaryOptions;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which locks a registry knows, and what it does with many at once. */
@Tag("process")
@Timeout(60)
class LockRegistryTest {

  private final LockRegistry registry = new LockRegistry();

  private static void onAnotherThread(Runnable body) throws InterruptedException {
    Thread thread = new Thread(body);
    thread.start();
    thread.join();
  }

  static void collect(WeakReference<?> reference) throws InterruptedException {
    while (reference.get() != null) {
      System.gc();
      Thread.sleep(5);
    }
  }

  /** The collector hands what it has cleared over a little later. */
  private void awaitSize(int size) throws InterruptedException {
    while (registry.size() != size) {
      System.gc();
      registry.recoverAll();
      Thread.sleep(5);
    }
  }

  @Test
  void shouldKeepANamedLockUntilItIsRemoved() throws Exception {
    WeakReference<ResettableLock> lock = new WeakReference<>(registry.lock("a"));
    System.gc();
    assertSame(registry.lock("a"), lock.get());
    assertEquals("a", registry.lock("a").name());
    assertEquals(1, registry.size());
    registry.lock("a").lock();
    assertThrows(IllegalStateException.class, () -> registry.remove("a"));
    registry.lock("a").unlock();
    assertTrue(registry.remove("a"));
    assertFalse(registry.remove("a"));
    assertEquals(0, registry.size());
    collect(lock);
  }

  @Test
  void shouldGiveEqualKeysOneLockAndForgetItWhenNobodyNeedsIt() throws Exception {
    ResettableLock lock = registry.keyed(List.of(1));
    assertSame(lock, registry.keyed(List.of(1)));
    assertNotSame(lock, registry.keyed(List.of(2)));
    lock = null;
    awaitSize(0);
  }

  @Test
  void shouldPinAKeysLockWhileItIsHeld() throws Exception {
    registry.keyed("k").lock();
    registry.keyed("k").lock();
    WeakReference<?> face = new WeakReference<>(registry.keyed("k"));
    collect(face);
    assertEquals(1, registry.heldBy(Thread.currentThread()).size());
    onAnotherThread(() -> assertFalse(registry.keyed("k").tryLock()));
    assertEquals(2, registry.keyed("k").getHoldCount());
    registry.keyed("k").unlock();
    registry.keyed("k").unlock();
    awaitSize(0);
  }

  @Test
  void shouldPinAKeysLockWhileItIsWaitedFor() throws Exception {
    registry.keyed("k").lock();
    CountDownLatch signalled = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              registry.keyed("k").lock();
              Condition condition = registry.keyed("k").newCondition();
              try {
                condition.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                signalled.countDown();
              } finally {
                registry.keyed("k").unlock();
              }
            });
    waiter.start();
    while (!registry.keyed("k").hasQueuedThread(waiter)) {
      Thread.sleep(1);
    }
    System.gc();
    assertTrue(registry.keyed("k").hasQueuedThread(waiter));
    registry.keyed("k").unlock();
    while (registry.keyed("k").isLocked() || registry.keyed("k").hasQueuedThreads()) {
      Thread.sleep(1);
    }
    System.gc();
    registry.recoverAll();
    assertEquals(1, registry.size(), "it waits on a condition");
    waiter.interrupt();
    waiter.join();
    assertEquals(0, signalled.getCount());
    awaitSize(0);
  }

  @Test
  void shouldRecoverAndForgetAKeysLockWhoseOwnerDied() throws Exception {
    onAnotherThread(() -> registry.keyed("k").lock());
    System.gc();
    assertEquals(1, registry.held().size());
    assertEquals(1, registry.recoverAll().released().size());
    awaitSize(0);
  }

  @Test
  void shouldNotForgetAKeysLockBeforeItIsRepairedWhenItRefuses() throws Exception {
    LockRegistry refusing = LockRegistry.builder().policy(AbandonPolicy.REFUSE).build();
    onAnotherThread(() -> refusing.keyed("k").lock());
    assertEquals(1, refusing.recoverAll().released().size());
    collect(new WeakReference<>(refusing.keyed("k")));
    for (int i = 0; i < 10; i++) {
      System.gc();
      Thread.sleep(5);
      refusing.recoverAll();
    }
    assertThrows(AbandonedLockException.class, () -> refusing.keyed("k").lock());
    refusing.keyed("k").recover(lost -> {});
    while (refusing.size() > 0) {
      System.gc();
      refusing.recoverAll();
      Thread.sleep(5);
    }
  }

  @Test
  void shouldForgetStripesThatNobodyHasAsOthersAreMade() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      registry.striped("s", 8);
    }
    while (registry.size() > 4_000) { // the collector hands them over a little later
      System.gc();
      Thread.sleep(5);
      registry.striped("s", 8);
    }
  }

  @Test
  void shouldKnowARegisteredLockUntilItIsCollected() throws Exception {
    ResettableLock lock = new ResettableLock();
    registry.register(lock);
    lock.lock();
    assertEquals(List.of(lock), registry.held());
    assertSame(lock, registry.held().get(0));
    lock.unlock();
    assertEquals(List.of(), registry.held());
    lock = null;
    awaitSize(0);
  }

  @Test
  void shouldReuseTheSlotsOfLocksThatAreGone() throws Exception {
    for (int round = 0; round < 20; round++) {
      List<ResettableLock> locks = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        locks.add(new ResettableLock());
        registry.register(locks.get(i));
      }
      locks = null;
      System.gc();
    }
    awaitSize(0);
    int[] slots = new int[1];
    for (int i = 0; i < 1000; i++) {
      registry.lock("n" + i);
    }
    registry.known.table.forEach(entry -> slots[0] = Math.max(slots[0], entry.slot));
    assertTrue(slots[0] < 20_000, "slots are used again: " + slots[0]);
  }

  @Test
  void shouldTellWhoHoldsWhat() throws Exception {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    a.lock();
    Thread[] other = new Thread[1];
    onAnotherThread(
        () -> {
          other[0] = Thread.currentThread();
          b.lock();
        });
    assertEquals(Set.of(a, b), Set.copyOf(registry.held()));
    assertEquals(List.of(a), registry.heldBy(Thread.currentThread()));
    assertEquals(List.of(b), registry.heldBy(other[0]), "of a dead thread, too");
    a.unlock();
  }

  @Test
  void shouldResetOnlyWhatTheFilterTakesAndLeaveLiveOwnersAlone() throws Exception {
    ResettableLock mine = registry.lock("mine");
    ResettableLock dead = registry.lock("dead");
    ResettableLock other = registry.lock("other");
    mine.lock();
    onAnotherThread(
        () -> {
          dead.lock();
          other.lock();
        });
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    ResettableLock alive = registry.lock("alive");
    Thread owner =
        new Thread(
            () -> {
              alive.lock();
              held.countDown();
              try {
                done.await();
              } catch (InterruptedException e) {
                // Ends.
              }
            });
    owner.start();
    held.await();
    BulkOutcome outcome = registry.resetAll(lock -> !lock.name().equals("other"), "test");
    assertEquals(
        Set.of("mine", "dead"),
        outcome.released().stream().map(LostTenure::lock).collect(Collectors.toSet()));
    assertEquals(1, outcome.refused().size());
    assertTrue(outcome.refused().get(0).contains("alive"), outcome.refused().toString());
    assertEquals(Set.of(alive, other), Set.copyOf(registry.held()));
    assertEquals(2, registry.resetAll(Force.YES, lock -> true, "test").released().size());
    assertEquals(List.of(), registry.held());
    done.countDown();
    owner.join();
  }

  @Test
  void shouldSendWaitersAwayWithEvictAll() throws Exception {
    ResettableLock lock = registry.lock("a");
    lock.lock();
    List<Throwable> thrown = new ArrayList<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                lock.lock();
              } catch (LockResetException e) {
                thrown.add(e);
              }
            });
    waiter.start();
    while (!lock.hasQueuedThread(waiter)) {
      Thread.sleep(1);
    }
    assertEquals(1, registry.evictAll(all -> true, "the test ends").released().size());
    waiter.join();
    assertEquals(1, thrown.size());
    assertFalse(lock.isLocked());
  }

  /** Race 21: a scan, new locks, and the collector. */
  @Test
  void shouldMissNoOldLockWhileOthersComeAndGo() throws Exception {
    ResettableLock old = registry.lock("old");
    old.lock();
    CountDownLatch done = new CountDownLatch(1);
    Thread churn =
        new Thread(
            () -> {
              for (int i = 0; done.getCount() > 0; i++) {
                registry.keyed(i).lock();
                registry.keyed(i).unlock();
                if (i % 2_000 == 0) {
                  System.gc();
                }
              }
            });
    churn.start();
    for (int i = 0; i < 2_000; i++) {
      assertTrue(registry.held().contains(old));
    }
    done.countDown();
    churn.join();
    old.unlock();
  }

  @Test
  void shouldLockSeveralStripesInOneOrderAndGiveThemBack() throws Exception {
    StripedLocks stripes = registry.striped(4);
    assertEquals(4, stripes.size());
    StripedLocks.Held held = stripes.lockAll(List.of("a", "b", "c", "d", "e", "a"));
    int count = held.locks().size();
    assertEquals(count, registry.held().size());
    onAnotherThread(
        () -> {
          try {
            assertNull(stripes.tryLockAll(List.of("a"), Duration.ofMillis(1)));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    held.close();
    held.close();
    assertEquals(List.of(), registry.held());
  }

  @Test
  void shouldGiveTheStripesBackThatItHasWhenOneIsNotToBeHad() throws Exception {
    StripedLocks stripes = registry.striped("s", 64);
    ResettableLock taken = stripes.get("taken");
    onAnotherThread(taken::lock);
    Thread alive = new Thread(taken::lock);
    alive.start();
    alive.join();
    taken.recover();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Thread owner =
        new Thread(
            () -> {
              taken.lock();
              held.countDown();
              try {
                done.await();
              } catch (InterruptedException e) {
                // Ends.
              }
              taken.unlock();
            });
    owner.start();
    held.await();
    List<String> keys = List.of("a", "b", "c", "taken");
    assertNull(stripes.tryLockAll(keys, Duration.ofMillis(5)));
    assertNull(stripes.tryLockAll(keys, Duration.ofSeconds(Long.MIN_VALUE)));
    assertEquals(List.of(), registry.heldBy(Thread.currentThread()));
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class, () -> stripes.tryLockAll(keys, Duration.ofSeconds(30)));
    assertEquals(List.of(), registry.heldBy(Thread.currentThread()));
    done.countDown();
    owner.join();
    stripes.tryLockAll(keys, Duration.ofDays(1_000_000)).close();
  }

  @Test
  void shouldRefuseBadArguments() {
    assertThrows(IllegalArgumentException.class, () -> registry.lock(" "));
    assertThrows(NullPointerException.class, () -> registry.lock(null));
    assertThrows(NullPointerException.class, () -> registry.keyed(null));
    assertThrows(NullPointerException.class, () -> registry.register(null));
    assertThrows(IllegalArgumentException.class, () -> registry.striped(0));
    assertThrows(IllegalArgumentException.class, () -> registry.report(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> registry.dumpLater(Duration.ofMillis(-1)));
    assertThrows(NullPointerException.class, () -> registry.resetAll(lock -> true, null));
    assertThrows(NullPointerException.class, () -> registry.resetAll(null, "x"));
  }

  @Test
  void shouldNotCrossABoundaryWhileAnotherThreadHoldsALock() throws Exception {
    ResettableLock lock = registry.lock("busy one");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Thread owner =
        new Thread(
            () -> {
              lock.lock();
              held.countDown();
              try {
                done.await();
              } catch (InterruptedException e) {
                // Ends.
              }
              lock.unlock();
            },
            "the-busy-thread");
    owner.start();
    held.await();
    BoundaryOptions options = BoundaryOptions.defaults().quiesce(Duration.ofMillis(20));
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    assertTrue(e.getMessage().contains("busy one"), e.getMessage());
    assertTrue(e.getMessage().contains("the-busy-thread"), e.getMessage());
    done.countDown();
    BoundaryOptions patient = BoundaryOptions.defaults().quiesce(Duration.ofSeconds(30));
    assertEquals(1, Boundary.<Integer, RuntimeException>cross(patient, context -> 1));
    owner.join();
  }

  @Test
  void shouldRecoverInTheChildWhatADeadThreadHeld() throws Exception {
    ResettableLock dead = registry.lock("dead");
    ResettableLock mine = registry.lock("mine");
    mine.lock();
    onAnotherThread(dead::lock);
    Boundary.cross(
        context -> {
          context.continueAsChild();
          return 1;
        });
    assertFalse(dead.isLocked());
    assertTrue(mine.isHeldByCurrentThread());
    mine.unlock();
  }
}
