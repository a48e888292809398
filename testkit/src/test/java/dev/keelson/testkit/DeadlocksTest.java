/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.lock.Force;
import dev.keelson.lock.LockOrderException;
import dev.keelson.lock.LockOwnershipLostException;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.OrderChecking;
import dev.keelson.lock.ResettableLock;
import dev.keelson.lock.SiteRecording;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class DeadlocksTest {

  private static final String FACTOR = "keelson.testkit.timeFactor";

  private final LockRegistry registry =
      LockRegistry.builder()
          .name("bank")
          .order(OrderChecking.WARN)
          .sites(SiteRecording.ALL)
          .build();
  private final ResettableLock a = registry.lock("a");
  private final ResettableLock b = registry.lock("b");

  private static final Logger LOGGER = Logger.getLogger("dev.keelson.lock");

  /** What is planted here is not worth a warning. */
  @BeforeEach
  void silence() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterEach
  void unsilence() {
    LOGGER.setLevel(null);
  }

  private static void both(ResettableLock first, ResettableLock second) {
    first.lock();
    try {
      second.lock();
      second.unlock();
    } finally {
      first.unlock();
    }
  }

  @Test
  void shouldBeContentWhenAllEnd() throws Exception {
    Deadlocks.assertNone(ofSeconds(60), () -> both(a, b), () -> both(a, b), () -> both(a, b));
    Deadlocks.assertLockOrderConsistent(registry);
  }

  @Test
  void shouldShowTheCircleOfADeadlock() {
    ResettableLock one = new ResettableLock();
    ResettableLock two = new ResettableLock();
    CyclicBarrier met = new CyclicBarrier(2);
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Deadlocks.assertNone(
                    ofSeconds(1), () -> crossed(one, two, met), () -> crossed(two, one, met)));
    String message = String.valueOf(error.getMessage());
    // Whoever is slow may still be on the way to its lock: then no circle is seen.
    assertTrue(
        message.startsWith("deadlock: 2 of 2 bodies were not done within 1000 ms")
            || message.startsWith("not done, though no circle of locks is seen: "),
        message);
    assertTrue(message.contains("thread \"deadlock-1\""), message);
    assertTrue(message.contains("HANG REPORT"), message);
    assertTrue(message.lines().count() <= 60, message);
  }

  private static void crossed(ResettableLock first, ResettableLock second, CyclicBarrier met)
      throws Exception {
    first.lock();
    try {
      met.await();
      second.lockInterruptibly();
      second.unlock();
    } finally {
      first.unlock();
    }
  }

  @Test
  void shouldTellWhatIsMerelySlowFromADeadlock() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    // On a busy machine a body may not have come to its wait in that time.
    Await.within(ofSeconds(30))
        .until(
            "it is told where the body waits", () -> slow(never).contains("CountDownLatch.await"));
  }

  private static String slow(CountDownLatch never) {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> Deadlocks.assertNone(ofMillis(200), never::await, () -> {}));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith("not done, though no circle of locks is seen: "), message);
    return message;
  }

  @Test
  void shouldTellTheFailureThatTheOthersWaitFor() throws Exception {
    IllegalStateException mine = new IllegalStateException("mine");
    // On a busy machine a body may not have come to throw it in that time.
    Await.within(ofSeconds(30))
        .value("what was thrown", () -> thrown(mine), seen -> seen.equals(List.of(mine)));
  }

  private static List<Throwable> thrown(RuntimeException mine) {
    CountDownLatch latch = new CountDownLatch(1);
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Deadlocks.assertNone(
                    ofMillis(200),
                    () -> {
                      throw mine;
                    },
                    latch::await));
    assertTrue(error.getMessage().startsWith("not done"), error.getMessage());
    return List.of(error.getSuppressed());
  }

  @Test
  void shouldNotBlameACircleOfOthers() throws Exception {
    ReentrantLock left = new ReentrantLock();
    ReentrantLock right = new ReentrantLock();
    CountDownLatch both = new CountDownLatch(2);
    Thread one = daemon("foreign-one", () -> foreign(left, right, both));
    Thread two = daemon("foreign-two", () -> foreign(right, left, both));
    CountDownLatch never = new CountDownLatch(1);
    try {
      Await.within(ofSeconds(30))
          .until("both wait", () -> isParked(one, right) && isParked(two, left));
      assertThrows(AssertionError.class, () -> Deadlocks.assertNone());
      AssertionError error =
          assertThrows(
              AssertionError.class,
              () -> Deadlocks.assertNone(ofMillis(200), never::await, () -> {}));
      String message = String.valueOf(error.getMessage());
      assertTrue(
          message.startsWith(
              "not done, though none of them is in the circle of locks that is seen: "),
          message);
      assertTrue(message.contains("foreign-one"), message);
    } finally {
      one.interrupt();
      two.interrupt();
      one.join();
      two.join();
    }
  }

  /** A thread is queued a moment before it parks, and only then the JVM tells what it waits for. */
  private static boolean isParked(Thread thread, ReentrantLock lock) {
    return lock.hasQueuedThread(thread) && thread.getState() == Thread.State.WAITING;
  }

  private static void foreign(ReentrantLock first, ReentrantLock second, CountDownLatch both) {
    first.lock();
    try {
      both.countDown();
      both.await();
      second.lockInterruptibly();
      second.unlock();
    } catch (InterruptedException e) {
      // the test is over
    } finally {
      first.unlock();
    }
  }

  @Test
  void shouldTellTheLimitThatWasInForceWhenTimeIsStretched() {
    String before = System.getProperty(FACTOR);
    System.setProperty(FACTOR, "2");
    try {
      CountDownLatch never = new CountDownLatch(1);
      AssertionError error =
          assertThrows(
              AssertionError.class,
              () -> Deadlocks.assertNone(ofMillis(100), never::await, never::await));
      assertTrue(
          error.getMessage().contains("2 of 2 bodies were not done within 200 ms"),
          error.getMessage());
    } finally {
      if (before == null) {
        System.clearProperty(FACTOR);
      } else {
        System.setProperty(FACTOR, before);
      }
    }
  }

  @Test
  void shouldTellAFailureOfABody() {
    IllegalStateException mine = new IllegalStateException("mine");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Deadlocks.assertNone(
                    ofSeconds(60),
                    () -> {
                      throw mine;
                    },
                    () -> {}));
    assertTrue(
        error.getMessage().startsWith("no deadlock, but 1 of 2 bodies failed"), error.getMessage());
    assertSame(mine, error.getSuppressed()[0]);
  }

  @Test
  void shouldFindTheOtherOrderWithoutAHang() {
    both(a, b);
    Deadlocks.assertLockOrderConsistent(registry);
    both(b, a);
    AssertionError error =
        assertThrows(AssertionError.class, () -> Deadlocks.assertLockOrderConsistent(registry));
    assertEquals(LockOrderException.class, error.getCause().getClass());
    assertEquals(
        """
        1 violation of the lock order in registry bank
          held b, asked for a
            now: b (taken at WHERE) then a (asked for at WHERE) by thread "T"
            before: a (taken at WHERE) then b (asked for at WHERE) by thread "T"
        to fix: take them in one order everywhere, or the second by tryLock()
        to allow: LockRegistry.allowNesting(name), for several locks of one name\
        """,
        String.valueOf(error.getMessage())
            .replaceAll("(taken|asked for) at .*?\\)\\)", "$1 at WHERE)")
            .replaceAll("by thread \"[^\"]*\"", "by thread \"T\"")
            .replace("\"a\"", "a")
            .replace("\"b\"", "b"));
  }

  @Test
  void shouldFindALockWhoseOwnerIsDead() throws Exception {
    Deadlocks.assertNone();
    Thread owner = new Thread(a::lock, "mortal");
    owner.start();
    owner.join();
    Deadlocks.assertNone(); // nobody waits for it
    a.recover();
  }

  @Test
  void shouldNameThreadsAndLocksOfACircleThatIsThere() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Thread one = daemon("one", () -> circle(a, b, both));
    Thread two = daemon("two", () -> circle(b, a, both));
    Await.within(ofSeconds(30))
        .until("both wait", () -> b.hasQueuedThread(one) && a.hasQueuedThread(two));
    AssertionError error = assertThrows(AssertionError.class, () -> Deadlocks.assertNone());
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith("DEADLOCK over "), message);
    assertTrue(message.contains("waits for b, which \"two\" has"), message);
    assertTrue(message.contains("waits for a, which \"one\" has"), message);
    assertTrue(message.contains("DeadlocksTest.circle"), message);
    assertTrue(message.lines().count() <= 60, message);
    b.reset(Force.YES, "one of the two has to go first"); // as the report says
    one.join();
    two.join();
    Deadlocks.assertNone();
  }

  /** Waits until it is let go, whatever becomes of what it has. */
  private static void circle(ResettableLock first, ResettableLock second, CountDownLatch both) {
    first.lock();
    try {
      both.countDown();
      both.await();
      second.lock();
      second.unlock();
      first.unlock();
    } catch (InterruptedException | LockOwnershipLostException e) {
      // it is the one that was reset
    }
  }

  private static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertThrows(
        IllegalArgumentException.class, () -> Deadlocks.assertNone(ofSeconds(1), () -> {}));
    assertThrows(
        IllegalArgumentException.class, () -> Deadlocks.assertNone(ZERO, () -> {}, () -> {}));
    assertThrows(
        IllegalArgumentException.class,
        () -> Deadlocks.assertLockOrderConsistent(new LockRegistry()));
    assertEquals(List.of(), new LockRegistry().orderViolations());
  }
}
