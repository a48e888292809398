/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Virtual threads that end with a lock in their hands. */
@Tag("process")
@Timeout(60)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualOwnerTest {

  private final ResettableLock lock = new ResettableLock();

  private static Thread start(Runnable body) throws Exception {
    return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
  }

  @Test
  void shouldGiveADeadVirtualThreadsLockToWhoComes() throws Exception {
    Thread owner = start(lock::lock);
    owner.join();
    assertTrue(lock.isLocked());
    assertTrue(lock.tryLock());
    assertFalse(lock.isConsistent());
    assertEquals(1, lock.history().size());
    assertFalse(lock.history().get(0).ownerAlive());
    assertEquals(owner.getId(), lock.history().get(0).ownerId());
    lock.unlock();
  }

  @Test
  void shouldGiveADeadVirtualThreadsLockToWhoIsParked() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread owner =
        start(
            () -> {
              lock.lock();
              held.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                // It ends either way.
              }
            });
    held.await();
    FutureTask<Boolean> platform = new FutureTask<>(this::inside);
    FutureTask<Boolean> virtual = new FutureTask<>(this::inside);
    Thread first = new Thread(platform);
    first.start();
    awaitQueued(first);
    Thread second = start(virtual);
    awaitQueued(second);
    assertFalse(lock.recover().released(), "parked is not dead");
    end.countDown();
    owner.join();
    assertTrue(platform.get(30, TimeUnit.SECONDS));
    assertTrue(virtual.get(30, TimeUnit.SECONDS));
    assertEquals(1, lock.history().size());
    assertFalse(lock.isLocked());
  }

  private boolean inside() {
    lock.lock();
    try {
      return lock.isHeldByCurrentThread();
    } finally {
      lock.unlock();
    }
  }

  private void awaitQueued(Thread thread) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!lock.hasQueuedThread(thread)) {
      assertTrue(System.nanoTime() < deadline, "it does not come to wait");
      Thread.sleep(1);
    }
  }
}
