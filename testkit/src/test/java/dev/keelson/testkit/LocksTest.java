/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class LocksTest {

  private static final LeakPolicy LOCKS =
      LeakPolicy.standard().only(LeakKind.LOCK).within(ofMillis(50)).scope("the test");

  private final LockRegistry registry = LockRegistry.builder().name("bank").build();
  private final ResettableLock lock = registry.lock("account");

  @Test
  void shouldBeContentWhenEverythingIsGivenBack() throws Exception {
    Locks.assertAllReleased(
        () -> {
          lock.lock();
          lock.unlock();
        });
    Locks.assertAllReleased(registry);
  }

  @Test
  void shouldNameTheLockAndItsOwnerAndTakeItAway() throws Exception {
    LeakError error = assertThrows(LeakError.class, () -> LeakScope.run(LOCKS, lock::lock));
    String name = Thread.currentThread().getName();
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith("1 held lock leaked by the test (after "), message);
    assertTrue(
        message.contains("LOCK \"account\" of registry bank: held by \"" + name + "\", RUNNABLE"),
        message);
    assertTrue(message.contains("LocksTest.shouldNameTheLockAndItsOwner"), message);
    assertTrue(message.contains("quarantine: took away the locks [\"account\"]"), message);
    assertFalse(lock.isLocked(), "the next test does not wait for it");
  }

  @Test
  void shouldNotBlameWhoeverFindsALockHeld() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread owner =
        new Thread(
            () -> {
              lock.lock();
              held.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                lock.unlock();
              }
            },
            "owner");
    owner.start();
    held.await();
    try {
      LeakScope.run(LOCKS, () -> {});
    } finally {
      end.countDown();
      owner.join();
    }
  }

  @Test
  void shouldFindALockThatAnotherThreadDiedWith() throws Exception {
    LeakScope scope = LeakScope.open(LOCKS);
    Thread thread = new Thread(lock::lock, "died");
    thread.start();
    thread.join();
    LeakFindings findings = scope.check();
    assertEquals(1, findings.leaks(LeakKind.LOCK).size(), findings.toText());
    assertThrows(LeakError.class, () -> Locks.assertAllReleased(registry));
    Locks.assertAllReleased(registry); // taken away
  }

  @Test
  void shouldSeeOnlyItsOwnThreadInTokenMode() throws Exception {
    LeakScope scope = LeakScope.open(LOCKS.mode(LeakMode.TOKEN));
    ResettableLock others = registry.lock("others");
    Thread thread = new Thread(others::lock, "other");
    thread.start();
    thread.join();
    scope.assertNoLeaks();
    lock.lock();
    assertThrows(LeakError.class, scope::close);
    others.recover();
  }

  /** An assertion about threads reset the lock under its owner, and adopted the child for good. */
  @Test
  void shouldLeaveAloneWhatAnAssertionDoesNotAskAbout() throws Exception {
    LeakScope scope = LeakScope.open(LOCKS.only(LeakKind.THREAD, LeakKind.SURVIVOR, LeakKind.LOCK));
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = parked(end);
    try (ProgramRun run = ProgramRun.of(ChildProgram.create().runForever())) {
      lock.lock();
      try {
        assertThrows(LeakError.class, () -> Threads.assertNoneLeft(scope));
        assertTrue(Procs.isAlive(run.info));
      } finally {
        lock.unlock(); // it is still its owner's
      }
      String message = String.valueOf(assertThrows(LeakError.class, scope::close).getMessage());
      assertTrue(message.startsWith("1 survivor leaked by the test"), message);
      assertTrue(message.contains("SURVIVOR pid " + run.info.pid() + " "), message);
    } finally {
      end.countDown();
      thread.join();
    }
  }

  @Test
  void shouldLeaveALockThatIsAllowedToItsOwnerWhenAnythingElseLeaks() throws Exception {
    LeakScope scope =
        LeakScope.open(LOCKS.only(LeakKind.THREAD, LeakKind.LOCK))
            .ignoring(LeakKind.LOCK, "account", "held for long");
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = parked(end);
    ResettableLock other = registry.lock("other");
    try {
      lock.lock();
      other.lock();
      try {
        LeakError error = assertThrows(LeakError.class, scope::assertNoLeaks);
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains("took away the locks [\"other\"]"), message);
        assertFalse(other.isLocked());
      } finally {
        lock.unlock();
      }
    } finally {
      end.countDown();
      thread.join();
    }
  }

  private static Thread parked(CountDownLatch end) {
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "parked");
    thread.start();
    return thread;
  }

  @Test
  void shouldRefuseAScopeThatDoesNotLookForLocks() {
    LeakScope scope = LeakScope.open(LOCKS.only(LeakKind.THREAD));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Locks.assertAllReleased(scope))
            .getMessage()
            .contains("LOCK"));
  }
}
