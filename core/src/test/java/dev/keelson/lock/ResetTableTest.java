/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What everybody sees of a reset, an eviction and an abandonment; {@code docs/locks.md} tells it.
 */
@Tag("process")
@Timeout(60)
class ResetTableTest {

  private final ResettableLock lock = ResettableLock.builder().name("orders").build();
  private final Condition condition = lock.newCondition();
  private final Actor a = new Actor("a");
  private final Actor b = new Actor("b");
  private final Actor c = new Actor("c");

  @BeforeEach
  void ownerHolds() throws Exception {
    a.tell(lock::lock);
  }

  @AfterEach
  void end() throws Exception {
    a.die();
    b.die();
    c.die();
  }

  // ---- the owner that was deprived

  @Test
  void shouldTellStaleOwnerAtUnlock() throws Exception {
    assertTrue(lock.reset(Force.YES, "stuck in a read").released());
    LockOwnershipLostException e =
        assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::unlock));
    String message = String.valueOf(e.getMessage());
    for (String part :
        List.of("orders", "\"a\"", "generation 1", "stuck in a read", "lock again")) {
      assertTrue(message.contains(part), message);
    }
    assertEquals("stuck in a read", e.lost().reason());
    assertEquals(Thread.currentThread().getName(), e.lost().endedBy());
  }

  @Test
  void shouldNotLetStaleUnlockTouchALaterTenure() throws Exception {
    lock.reset(Force.YES, "test");
    b.tell(lock::lock);
    assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::unlock));
    assertTrue(b.ask(lock::isHeldByCurrentThread));
    assertEquals(1, b.ask(lock::getHoldCount));
    b.tell(lock::unlock);
    assertFalse(lock.isLocked());
  }

  @Test
  void shouldGiveStaleOwnerAFirstHoldWhenItLocksAgain() throws Exception {
    a.tell(lock::lock);
    lock.reset(Force.YES, "test");
    a.tell(lock::lock);
    assertEquals(1, a.ask(lock::getHoldCount));
    a.tell(lock::unlock); // the inner one of a pair that began before the reset
    assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::unlock));
    assertFalse(lock.isLocked());
  }

  @Test
  void shouldMakeStaleOwnerWaitLikeAnybodyWhenItLocksAgain() throws Exception {
    lock.reset(Force.YES, "test");
    b.tell(lock::lock);
    FutureTask<Void> again = a.begin(lock::lock);
    a.awaitQueued(lock);
    assertFalse(again.isDone());
    b.tell(lock::unlock);
    Actor.end(again);
    a.tell(lock::unlock);
  }

  @Test
  void shouldThrowAtReentryOfAStrictLockOnce() throws Exception {
    ResettableLock strict = ResettableLock.builder().strictReentry(true).build();
    a.tell(strict::lock);
    strict.reset(Force.YES, "test");
    assertThrows(LockOwnershipLostException.class, () -> a.tell(strict::lock));
    assertFalse(strict.isLocked());
    a.tell(strict::lock);
    a.tell(strict::unlock);
  }

  @Test
  void shouldThrowAtAwaitAndSignalOfStaleOwnerBeforeAnythingMoves() throws Exception {
    a.tell(lock::unlock);
    FutureTask<Void> waits = b.begin(() -> awaitLocked(1));
    b.awaitWaiting(condition);
    a.tell(lock::lock);
    lock.reset(Force.YES, "test");
    assertThrows(LockOwnershipLostException.class, () -> a.tell(condition::signal));
    assertThrows(LockOwnershipLostException.class, () -> a.tell(condition::signalAll));
    assertThrows(LockOwnershipLostException.class, () -> a.tell(condition::await));
    c.tell(lock::lock);
    assertEquals(1, c.ask(() -> lock.getWaitQueueLength(condition)));
    c.tell(condition::signal);
    c.tell(lock::unlock);
    Actor.end(waits);
  }

  @Test
  void shouldNoticeByTokenBeforeUnlock() throws Exception {
    a.tell(lock::unlock);
    long first = a.ask(lock::lockAndToken);
    assertEquals(first, a.ask(lock::lockAndToken), "nested");
    assertTrue(a.ask(() -> lock.checkHeld(first)));
    lock.reset(Force.YES, "test");
    assertFalse(a.ask(() -> lock.checkHeld(first)));
    long second = b.ask(lock::lockAndToken);
    assertTrue(second > first, second + " > " + first);
    assertTrue(b.ask(() -> lock.checkHeld(second)));
    assertFalse(a.ask(() -> lock.checkHeld(second)));
    b.tell(lock::unlock);
    a.tell(lock::lock);
    assertFalse(a.ask(() -> lock.checkHeld(first)), "its own, of an earlier tenure");
    a.tell(lock::unlock);
  }

  // ---- those who wait for the lock

  @Test
  void shouldKeepQueueInOrderOnReset() throws Exception {
    ResettableLock fair = new ResettableLock(true);
    a.tell(fair::lock);
    List<String> order = new ArrayList<>();
    FutureTask<Void> second = b.begin(() -> inside(fair, order, "b"));
    b.awaitQueued(fair);
    FutureTask<Void> third = c.begin(() -> inside(fair, order, "c"));
    c.awaitQueued(fair);
    fair.reset(Force.YES, "test");
    fair.lock(); // comes after the reset, and has to wait for both
    order.add("main");
    fair.unlock();
    Actor.end(second);
    Actor.end(third);
    assertEquals(List.of("b", "c", "main"), order);
  }

  @Test
  void shouldKeepInterruptsAndDeadlinesOnReset() throws Exception {
    FutureTask<Boolean> timed = b.begin(() -> lock.tryLock(30, TimeUnit.SECONDS));
    b.awaitQueued(lock);
    FutureTask<Void> interrupted = c.begin(lock::lockInterruptibly);
    c.awaitQueued(lock);
    lock.reset(Force.YES, "test");
    assertTrue(Actor.end(timed));
    c.thread.interrupt();
    assertThrows(InterruptedException.class, () -> Actor.end(interrupted));
    assertFalse(c.ask(lock::isHeldByCurrentThread));
    b.tell(lock::unlock);
  }

  @Test
  void shouldSendAwayThoseWhoWaitOnEvict() throws Exception {
    FutureTask<Void> plain = b.begin(lock::lock);
    b.awaitQueued(lock);
    FutureTask<Boolean> timed = c.begin(() -> lock.tryLock(30, TimeUnit.SECONDS));
    c.awaitQueued(lock);
    assertTrue(lock.evict(Force.YES, "shutdown").released());
    LockResetException e = assertThrows(LockResetException.class, () -> Actor.end(plain));
    assertTrue(String.valueOf(e.getMessage()).contains("orders (generation 1)"), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("shutdown"), e.getMessage());
    assertFalse(Actor.end(timed));
    assertFalse(lock.isLocked());
    assertFalse(lock.hasQueuedThreads());
    b.tell(lock::lock); // comes later, and is not concerned
    b.tell(lock::unlock);
  }

  @Test
  void shouldSendAwayThoseWhoWaitOnEvictWhoeverHasTheLockByThen() throws Exception {
    FutureTask<Void> plain = b.begin(lock::lock);
    b.awaitQueued(lock);
    FutureTask<Boolean> timed = c.begin(() -> lock.tryLock(30, TimeUnit.SECONDS));
    c.awaitQueued(lock);

    lock.sync.side().evictAll("shutdown"); // as an eviction after which a newcomer, a, was first
    lock.sync.wakeFirst();

    assertThrows(LockResetException.class, () -> Actor.end(plain));
    assertFalse(Actor.end(timed));
    assertTrue(a.ask(lock::isHeldByCurrentThread));
    a.tell(lock::unlock);
  }

  @Test
  void shouldGiveNoGenerationTwiceWhenAThiefComesLate() {
    Side side = new Side();
    LostTenure[] early = side.longer();
    LostTenure planned = lost();
    side.ended(lost(), side.longer());

    assertEquals(2, side.ended(planned, early).generation());

    assertEquals(2, side.generation());
    assertEquals(List.of(1, 2), Stream.of(side.history()).map(LostTenure::generation).toList());
  }

  private static LostTenure lost() {
    Thread me = Thread.currentThread();
    return new LostTenure("orders", "a", Word.heldBy(me), true, 1, me, "test");
  }

  // ---- those who wait on a condition

  @Test
  void shouldLeaveConditionWaiterAloneOnReset() throws Exception {
    a.tell(lock::unlock);
    FutureTask<Void> waits = b.begin(() -> awaitLocked(2));
    b.awaitWaiting(condition);
    a.tell(lock::lock);
    lock.reset(Force.YES, "test");
    c.tell(lock::lock);
    assertFalse(waits.isDone());
    c.tell(condition::signal);
    c.tell(lock::unlock);
    Actor.end(waits);
  }

  @Test
  void shouldGiveConditionWaiterItsHoldsBackBeforeTheExceptionOnEvict() throws Exception {
    a.tell(lock::unlock);
    FutureTask<Integer> waits =
        b.begin(
            () -> {
              lock.lock();
              lock.lock();
              try {
                condition.await();
                return 0;
              } catch (LockResetException e) {
                return lock.getHoldCount();
              } finally {
                lock.unlock();
                lock.unlock();
              }
            });
    b.awaitWaiting(condition);
    a.tell(lock::lock);
    lock.evict(Force.YES, "test");
    assertEquals(2, Actor.end(waits));
    assertFalse(lock.isLocked());
  }

  // ---- after an abandonment

  @Test
  void shouldHealAtArrivalAndSayInconsistent() throws Exception {
    List<LostTenure> told = new ArrayList<>();
    ResettableLock healing = ResettableLock.builder().name("h").onAbandoned(told::add).build();
    Actor d = new Actor("d");
    d.tell(healing::lock);
    d.tell(healing::lock);
    d.die();
    assertTrue(healing.isLocked());
    healing.lock();
    assertFalse(healing.isConsistent());
    assertEquals(1, told.size());
    assertEquals("d", told.get(0).ownerName());
    assertEquals(2, told.get(0).holds());
    assertFalse(told.get(0).ownerAlive());
    healing.unlock();
    healing.lock();
    assertFalse(healing.isConsistent(), "until somebody says otherwise");
    healing.markConsistent();
    assertTrue(healing.isConsistent());
    healing.unlock();
    assertEquals(1, told.size());
  }

  @Test
  void shouldTakeDeadOwnersLockByEveryWayIn() throws Exception {
    for (Actor.Step in :
        List.<Actor.Step>of(
            lock::lock,
            lock::lockInterruptibly,
            () -> assertTrue(lock.tryLock()),
            () -> assertTrue(lock.tryLock(0, TimeUnit.SECONDS)),
            () -> assertTrue(lock.tryLock(10, TimeUnit.SECONDS)))) {
      Actor d = new Actor("d");
      lock.reset(Force.YES, "next");
      d.tell(lock::lock);
      d.die();
      in.run();
      assertTrue(lock.isHeldByCurrentThread());
      lock.unlock();
    }
  }

  @Test
  void shouldRefuseUntilRepaired() throws Exception {
    ResettableLock refusing =
        ResettableLock.builder().name("r").policy(AbandonPolicy.REFUSE).build();
    Actor d = new Actor("d");
    d.tell(refusing::lock);
    FutureTask<Void> parked = b.begin(refusing::lock);
    b.awaitQueued(refusing);
    d.die();
    assertThrows(AbandonedLockException.class, () -> Actor.end(parked));
    for (Actor.Step in :
        List.<Actor.Step>of(
            refusing::lock,
            refusing::lockInterruptibly,
            refusing::tryLock,
            () -> refusing.tryLock(1, TimeUnit.SECONDS))) {
      AbandonedLockException e = assertThrows(AbandonedLockException.class, in::run);
      assertEquals("d", e.lost().ownerName());
      assertFalse(refusing.isHeldByCurrentThread());
    }
    assertEquals(ResetOutcome.Kind.NOT_HELD, refusing.recover().kind());
    List<LostTenure> repaired = new ArrayList<>();
    assertEquals(ResetOutcome.Kind.REPAIRED, refusing.recover(repaired::add).kind());
    assertEquals("d", repaired.get(0).ownerName());
    refusing.lock();
    assertTrue(refusing.isConsistent());
    refusing.unlock();
    assertEquals(ResetOutcome.Kind.NOT_HELD, refusing.recover(repaired::add).kind());
    assertEquals(1, repaired.size());
  }

  @Test
  void shouldGiveConditionWaiterTheRefusingLockBeforeTheException() throws Exception {
    ResettableLock refusing = ResettableLock.builder().policy(AbandonPolicy.REFUSE).build();
    Condition signal = refusing.newCondition();
    FutureTask<Integer> waits =
        b.begin(
            () -> {
              refusing.lock();
              try {
                signal.await();
                return 0;
              } catch (AbandonedLockException e) {
                return refusing.getHoldCount();
              } finally {
                refusing.unlock();
              }
            });
    b.awaitWaiting(signal);
    Actor d = new Actor("d");
    d.tell(refusing::lock);
    d.tell(signal::signal);
    d.die();
    assertEquals(1, Actor.end(waits));
    assertFalse(refusing.isLocked());
    assertThrows(AbandonedLockException.class, refusing::lock);
  }

  // ---- the verbs

  @Test
  void shouldProtectLiveOwnerFromEveryVerbWithoutForce() throws Exception {
    assertEquals(ResetOutcome.Kind.NOT_GONE, lock.recover().kind());
    assertEquals(ResetOutcome.Kind.NOT_GONE, lock.recover(lost -> {}).kind());
    FutureTask<Void> parked = b.begin(lock::lock);
    b.awaitQueued(lock);
    for (Actor.Step verb :
        List.<Actor.Step>of(
            () -> lock.reset("r"), () -> lock.reset(lost -> {}), () -> lock.evict("r"))) {
      IllegalStateException e = assertThrows(IllegalStateException.class, verb::run);
      String message = String.valueOf(e.getMessage());
      for (String part : List.of("orders", "\"a\"", "generation 0", "Force.YES")) {
        assertTrue(message.contains(part), message);
      }
    }
    assertFalse(parked.isDone(), "a refused eviction sends nobody away");
    a.tell(lock::unlock);
    Actor.end(parked);
    b.tell(lock::unlock);
  }

  @Test
  void shouldLetAnOwnerResetItsOwnTenure() throws Exception {
    a.tell(lock::lock);
    assertEquals(2, a.ask(() -> lock.reset("gave up")).lost().orElseThrow().holds());
    assertFalse(lock.isLocked());
    assertTrue(lock.isConsistent());
    assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::unlock));
  }

  @Test
  void shouldReleaseOnceAndThenSayNotHeld() {
    assertEquals(ResetOutcome.Kind.RELEASED, lock.reset(Force.YES, "r").kind());
    assertEquals(ResetOutcome.Kind.NOT_HELD, lock.reset(Force.YES, "r").kind());
    assertEquals(ResetOutcome.Kind.NOT_HELD, lock.reset("r").kind());
    assertEquals(ResetOutcome.Kind.NOT_HELD, lock.evict("r").kind());
    assertEquals(ResetOutcome.Kind.NOT_HELD, lock.recover().kind());
  }

  @Test
  void shouldLetNobodyInWhileARecoveryRuns() throws Exception {
    FutureTask<Void> waits = b.begin(lock::lock);
    b.awaitQueued(lock);
    List<Boolean> seen = new ArrayList<>();
    ResetOutcome outcome =
        lock.reset(
            Force.YES,
            "repair",
            lost -> {
              lock.lock(); // what repairs calls what it always calls
              seen.add(waits.isDone());
              assertInstanceOf(ResetOutcome.class, resetFromElsewhere());
              lock.unlock();
              seen.add(waits.isDone());
            });
    assertTrue(outcome.released());
    assertEquals(List.of(false, false), seen);
    Actor.end(waits);
    assertTrue(lock.isConsistent());
    b.tell(lock::unlock);
  }

  private ResetOutcome resetFromElsewhere() {
    try {
      ResetOutcome outcome = c.ask(() -> lock.reset(Force.YES, "too"));
      assertEquals(ResetOutcome.Kind.NOT_HELD, outcome.kind());
      return outcome;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void awaitLocked(int holds) throws InterruptedException {
    for (int i = 0; i < holds; i++) {
      lock.lock();
    }
    condition.await();
    assertEquals(holds, lock.getHoldCount());
    for (int i = 0; i < holds; i++) {
      lock.unlock();
    }
  }

  private static void inside(ResettableLock lock, List<String> order, String who) {
    lock.lock();
    try {
      order.add(who);
    } finally {
      lock.unlock();
    }
  }
}
