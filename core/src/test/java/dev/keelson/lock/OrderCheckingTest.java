/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of names, from one thread's chains. */
@Tag("process")
@Timeout(60)
class OrderCheckingTest {

  private final LockRegistry registry =
      LockRegistry.builder().order(OrderChecking.THROW).sites(SiteRecording.ALL).build();

  private static void nested(ResettableLock... locks) {
    for (ResettableLock lock : locks) {
      lock.lock();
    }
    for (int i = locks.length - 1; i >= 0; i--) {
      locks[i].unlock();
    }
  }

  private void aThenB() {
    nested(registry.lock("a"), registry.lock("b"));
  }

  private LockOrderException refused(ResettableLock held, ResettableLock asked) {
    held.lock();
    try {
      LockOrderException e = assertThrows(LockOrderException.class, asked::lock);
      assertFalse(asked.isLocked(), "refused without the lock");
      return e;
    } finally {
      held.unlock();
    }
  }

  @Test
  void shouldRefuseTheOtherOrderAndShowWhereBothComeFrom() {
    aThenB();
    LockOrderException e = refused(registry.lock("b"), registry.lock("a"));
    assertEquals("b", e.held());
    assertEquals("a", e.asked());
    assertEquals(List.of("a", "b"), e.path());
    String message = e.getMessage();
    assertTrue(message.contains("OrderCheckingTest.refused"), message);
    assertTrue(message.contains("OrderCheckingTest.nested"), message);
    assertTrue(message.contains("taken at"), message);
    assertNotNull(e.getCause());
    assertTrue(
        Arrays.stream(e.getCause().getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("aThenB")));
    for (int i = 0; i < 3; i++) {
      refused(registry.lock("b"), registry.lock("a")); // every time
    }
    assertEquals(4, registry.orderViolations().size());
    assertEquals(message, registry.orderViolations().get(0).getMessage());
    aThenB();
  }

  @Test
  void shouldFindACircleOfThree() {
    nested(registry.lock("a"), registry.lock("b"));
    nested(registry.lock("b"), registry.lock("c"));
    LockOrderException e = refused(registry.lock("c"), registry.lock("a"));
    assertEquals(List.of("a", "b", "c"), e.path());
  }

  @Test
  void shouldFindItAcrossLocksInBetweenAndUnlocksOutOfOrder() {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    ResettableLock c = registry.lock("c");
    a.lock();
    b.lock();
    a.unlock();
    c.lock(); // b -> c
    b.unlock();
    c.unlock();
    refused(c, b);
    refused(c, a); // a -> c was never seen, but a -> b -> c
  }

  @Test
  void shouldAcceptReentryAndTheSameOrder() {
    for (int i = 0; i < 1000; i++) {
      nested(
          registry.lock("a"),
          registry.lock("b"),
          registry.lock("a"),
          registry.lock("c"),
          registry.lock("b"));
    }
  }

  @Test
  void shouldTakeATryLockForNoWaitButCheckWhatFollowsIt() throws Exception {
    aThenB();
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    b.lock();
    assertTrue(a.tryLock());
    a.unlock();
    assertThrows(LockOrderException.class, () -> a.tryLock(1, TimeUnit.SECONDS));
    assertThrows(LockOrderException.class, a::lockInterruptibly);
    b.unlock();
    ResettableLock d = registry.lock("d");
    assertTrue(d.tryLock());
    a.lock(); // d -> a
    a.unlock();
    d.unlock();
    refused(b, d); // d -> a -> b
  }

  @Test
  void shouldForgetALockThatWasNotTaken() throws Exception {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    Thread holder = holding(b);
    assertFalse(b.tryLock());
    assertFalse(b.tryLock(1, TimeUnit.MILLISECONDS));
    nested(a); // b -> a was never asked for
    holder.interrupt();
    holder.join();
    nested(a, b);
  }

  private static Thread holding(ResettableLock lock) throws Exception {
    CyclicBarrier held = new CyclicBarrier(2);
    Thread holder =
        new Thread(
            () -> {
              lock.lock();
              try {
                held.await();
                Thread.sleep(60_000);
              } catch (Exception e) {
                // Told to end.
              } finally {
                lock.unlock();
              }
            });
    holder.start();
    held.await();
    return holder;
  }

  @Test
  void shouldNotBelieveAChainAfterALockWasTakenAway() {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    b.lock();
    b.reset(Force.YES, "test");
    nested(a); // b is not held any more, so this is no b -> a
    nested(a, b);
  }

  @Test
  void shouldBelieveTheThreadThatHearsOfALossBeforeTheThiefTellsOfIt() {
    OrderChecker checker = new OrderChecker(true);
    ResettableLock[] locks = new ResettableLock[2];
    for (int i = 0; i < 2; i++) {
      LockClass kind = new LockClass("n" + i, i + 1, false);
      LockObserver observer = new LockObserver(kind, 0, checker, SiteRecording.OFF);
      LockConfig config = new LockConfig("n" + i, false, AbandonPolicy.HEAL, false, null);
      locks[i] = new ResettableLock(config, slowToTell(observer));
      observer.observe(locks[i].sync);
    }
    nested(locks);
    locks[1].lock();
    locks[1].reset("test");
    assertThrows(LockOwnershipLostException.class, locks[1]::unlock);
    nested(locks);
    nested(locks[1]);
    locks[1].lock();
    locks[1].lock();
    locks[1].unlock();
    assertThrows(LockOrderException.class, locks[0]::lock);
    locks[1].unlock();
  }

  private static LockWatch slowToTell(LockObserver observer) {
    return new LockWatch() {
      @Override
      void acquiring(boolean mayBlock) {
        observer.acquiring(mayBlock);
      }

      @Override
      void acquired(boolean waited) {
        observer.acquired(waited);
      }

      @Override
      void releasing() {
        observer.releasing();
      }
    };
  }

  @Test
  void shouldRefuseAnAwaitThatWouldTakeTheLockBackInTheOtherOrder() throws Exception {
    ResettableLock a = registry.lock("a");
    ResettableLock b = registry.lock("b");
    Condition condition = a.newCondition();
    a.lock();
    assertFalse(condition.await(1, TimeUnit.NANOSECONDS));
    b.lock(); // a -> b; a wait on a would come to b -> a
    assertThrows(LockOrderException.class, () -> condition.await(1, TimeUnit.NANOSECONDS));
    assertTrue(a.isHeldByCurrentThread());
    b.unlock();
    a.unlock();
    nested(a, b);
  }

  @Test
  void shouldRefuseASecondLockOfOneNameUnlessNestingIsAllowed() {
    ResettableLock one = registry.keyed("one");
    ResettableLock two = registry.keyed("two");
    LockOrderException e = refused(one, two);
    assertTrue(e.getMessage().contains("allowNesting(\"keyed\")"), e.getMessage());
    registry.allowNesting("keyed");
    nested(one, two);
    nested(two, one);
  }

  @Test
  void shouldAcceptStripesFromLowToHighOnly() {
    StripedLocks stripes = registry.striped("rows", 8);
    List<Integer> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keys.add(i);
    }
    StripedLocks.Held held = stripes.lockAll(keys);
    assertEquals(8, held.locks().size());
    List<ResettableLock> all = held.locks();
    held.close();
    nested(all.get(0), all.get(1));
    LockOrderException e = refused(all.get(1), all.get(0));
    assertTrue(e.getMessage().contains("lockAll"), e.getMessage());
  }

  @Test
  void shouldAcceptStripesInAnyOrderWhenNestingIsAllowed() {
    StripedLocks.Held held = registry.striped("rows", 2).lockAll(List.of(1, 2, 3, 4, 5, 6));
    List<ResettableLock> both = held.locks();
    held.close();
    assertEquals(2, both.size());
    refused(both.get(1), both.get(0));
    registry.allowNesting("rows");
    nested(both.get(1), both.get(0));
  }

  private static ResettableLock[] checked(OrderChecker checker, int count) {
    ResettableLock[] locks = new ResettableLock[count];
    for (int i = 0; i < count; i++) {
      LockClass kind = checker.classOf("n" + i, false);
      LockObserver observer = new LockObserver(kind, 0, checker, SiteRecording.OFF);
      locks[i] = new ResettableLock(LockConfig.PLAIN, observer);
      observer.observe(locks[i].sync);
    }
    return locks;
  }

  @Test
  void shouldLetGoOfADroppedCheckerWhileThreadsLiveThatTookItsLocks() throws Exception {
    OrderChecker checker = new OrderChecker(true);
    nested(checked(checker, 2));
    WeakReference<OrderChecker> dropped = new WeakReference<>(checker);
    checker = null;
    LockRegistryTest.collect(dropped);
  }

  @Test
  void shouldRememberSoManyPairsAndNoMore() {
    OrderChecker checker = new OrderChecker(true);
    ResettableLock[] locks = checked(checker, 400);
    for (int i = 0; i < locks.length; i++) {
      for (int j = i + 1; j < locks.length; j++) {
        nested(locks[i], locks[j]);
      }
    }
    assertEquals(OrderChecker.MOST_PAIRS, checker.pairs.size());
  }

  @Test
  void shouldWarnOnceAndGoOn() {
    LockRegistry warning = LockRegistry.builder().order(OrderChecking.WARN).build();
    AtomicInteger warnings = new AtomicInteger();
    Logger logger = Logger.getLogger("dev.keelson.lock");
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getThrown() instanceof LockOrderException) { // others may warn, too
              warnings.incrementAndGet();
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      for (int i = 0; i < 5; i++) {
        nested(warning.lock("a"), warning.lock("b"));
        nested(warning.lock("b"), warning.lock("a"));
      }
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    assertEquals(1, warnings.get());
  }

  @Test
  void shouldHaveTheLockWhenTheLogFails() {
    LockRegistry warning = LockRegistry.builder().order(OrderChecking.WARN).build();
    Logger logger = Logger.getLogger("dev.keelson.lock");
    Filter failing =
        record -> {
          throw new ArithmeticException("planted");
        };
    logger.setFilter(failing);
    try {
      nested(warning.lock("a"), warning.lock("b"));
      nested(warning.lock("b"), warning.lock("a"));
    } finally {
      logger.setFilter(null);
    }
    assertEquals(1, warning.orderViolations().size());
  }

  /** Who loses a lock must not be taken for one who has it, by whatever way it learns of that. */
  @Test
  void shouldNeverRefuseTheRightOrderWhileLocksAreTakenAway() throws Exception {
    LockRegistry brief = LockRegistry.builder().order(OrderChecking.THROW).build();
    List<ResettableLock> locks = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      locks.add(brief.lock(name));
    }
    List<FutureTask<Void>> users = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FutureTask<Void> user = new FutureTask<>(() -> use(locks, new Random()), null);
      users.add(user);
      new Thread(user).start();
    }
    Random random = new Random();
    while (!users.stream().allMatch(FutureTask::isDone)) {
      locks.get(random.nextInt(locks.size())).reset(Force.YES, "test");
      Thread.yield();
    }
    for (FutureTask<Void> user : users) {
      user.get();
    }
    assertEquals(List.of(), brief.orderViolations());
    nested(locks.toArray(new ResettableLock[0]));
    refused(locks.get(3), locks.get(0));
  }

  private static void use(List<ResettableLock> locks, Random random) {
    List<ResettableLock> held = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      for (ResettableLock lock : locks) {
        int how = random.nextInt(4);
        if (how == 0) {
          lock.lock();
          held.add(lock);
        } else if (how == 1 && lock.tryLock()) {
          held.add(lock);
        }
      }
      while (!held.isEmpty()) {
        int next = random.nextInt(4) == 0 ? random.nextInt(held.size()) : held.size() - 1;
        try {
          held.remove(next).unlock();
        } catch (LockOwnershipLostException e) {
          // Somebody has reset it.
        }
      }
    }
  }

  @Test
  void shouldKnowALongChainAndOneThatNeverComesAgain() {
    LockRegistry brief = LockRegistry.builder().order(OrderChecking.THROW).build();
    brief.allowNesting("keyed");
    ResettableLock last = brief.lock("last");
    List<ResettableLock> held = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      held.add(brief.keyed(i));
      held.get(i).lock();
    }
    nested(last);
    for (int i = 0; i < 1_000; i++) { // hand over hand
      held.add(brief.keyed(300 + i));
      held.get(held.size() - 1).lock();
      held.remove(0).unlock();
    }
    assertEquals(List.of(), brief.orderViolations());
    while (!held.isEmpty()) {
      held.remove(held.size() - 1).unlock();
    }
    nested(last); // not below any of them
    refused(last, brief.keyed("x"));
    nested(brief.keyed("y"), last);
  }

  /** Both orders at the same time, each time for a pair never seen: one of them is refused. */
  @Test
  void shouldRefuseOneOfTwoFirstSeenEdgesThatMeet() throws Exception {
    for (int round = 0; round < 300; round++) {
      CyclicBarrier start = new CyclicBarrier(2);
      AtomicInteger refused = new AtomicInteger();
      OrderGraph graph = new OrderGraph();
      LockClass left = new LockClass("left", 1, false);
      LockClass right = new LockClass("right", 2, false);
      Thread other = new Thread(() -> meet(start, graph, right, left, refused));
      other.start();
      meet(start, graph, left, right, refused);
      other.join();
      assertEquals(1, refused.get(), "round " + round);
    }
  }

  private static void meet(
      CyclicBarrier start, OrderGraph graph, LockClass from, LockClass to, AtomicInteger refused) {
    try {
      start.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    if (graph.add(from, to, null) != null) {
      refused.incrementAndGet();
    }
  }
}
