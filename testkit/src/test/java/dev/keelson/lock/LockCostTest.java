/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jol.info.GraphLayout;

/** What a lock costs that nobody waits for. */
@Tag("process")
@Timeout(120)
class LockCostTest {

  private static final int MANY = 1_000;

  @Test
  void shouldTakeAtMost64BytesAlone() {
    List<ResettableLock> locks = new ArrayList<>(MANY);
    List<ReentrantLock> theirs = new ArrayList<>(MANY);
    long empty = GraphLayout.parseInstance(locks, new ResettableLock()).totalSize();
    long none = GraphLayout.parseInstance(theirs).totalSize();
    for (int i = 0; i < MANY; i++) {
      ResettableLock lock = new ResettableLock();
      lock.lock();
      lock.unlock();
      locks.add(lock);
      theirs.add(new ReentrantLock());
    }
    double each = (GraphLayout.parseInstance(locks).totalSize() - empty) / (double) MANY;
    double peer = (GraphLayout.parseInstance(theirs).totalSize() - none) / (double) MANY;
    System.out.printf("a lock takes %.1f bytes, a ReentrantLock %.1f%n", each, peer);
    assertTrue(each <= 64, each + " bytes");
  }

  @Test
  void shouldTakeAtMost112BytesRegistered() {
    LockRegistry registry = new LockRegistry();
    List<ResettableLock> locks = new ArrayList<>(MANY);
    registry.register(new ResettableLock());
    long empty = bytes(registry, locks);
    for (int i = 0; i < MANY; i++) {
      ResettableLock lock = new ResettableLock();
      registry.register(lock);
      locks.add(lock);
    }
    double each = (bytes(registry, locks) - empty) / (double) MANY;
    System.out.printf("a registered lock takes %.1f bytes%n", each);
    assertTrue(each <= 112, each + " bytes");
  }

  /**
   * Of all that is reachable, twice the same: while the collector looks for references it links
   * those it finds, of the whole JVM, to one another.
   */
  private static long bytes(Object... roots) {
    long before = -1;
    for (int i = 0; i < 100; i++) {
      System.gc();
      long now;
      try {
        now = GraphLayout.parseInstance(roots).totalSize();
      } catch (RuntimeException e) {
        continue; // something strange was linked
      }
      if (now == before) {
        return now;
      }
      before = now;
    }
    return fail("never twice the same");
  }

  @Test
  void shouldHaveAThreadOnlyWhileSomebodyWaits() throws Exception {
    ResettableLock lock = new ResettableLock();
    lock.lock();
    Thread waiter = new Thread(lock::lock);
    waiter.start();
    awaitWatchdog(true);
    lock.unlock();
    waiter.join();
    assertTrue(lock.tryLock(), "from the waiter, who is dead");
    lock.unlock();
    awaitWatchdog(false);
    for (int i = 0; i < 10_000; i++) {
      lock.lock();
      lock.unlock();
    }
    assertEquals(null, watchdog(), "no wait, no watchdog");
  }

  @Test
  void shouldLeaveNoLockWatchedThatNobodyWaitsFor() throws Exception {
    ResettableLock lock = new ResettableLock();
    lock.lock();
    Thread waiter =
        new Thread(
            () -> {
              lock.lock();
              lock.unlock();
            });
    waiter.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (LockSupport.getBlocker(waiter) != lock.sync) {
      assertTrue(System.nanoTime() < deadline, "it does not wait");
      Thread.yield();
    }
    assertNotNull(watchdog());
    lock.unlock();
    waiter.join();
    awaitWatchdog(false);
    assertFalse(Watchdog.contended().contains(lock.sync));
  }

  private static void awaitWatchdog(boolean there) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while ((watchdog() != null) != there) {
      assertTrue(System.nanoTime() < deadline, there ? "no watchdog" : "it does not end");
      Thread.sleep(1);
    }
  }

  private static Thread watchdog() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("keelson-lock-watchdog")) {
        return thread;
      }
    }
    return null;
  }
}
