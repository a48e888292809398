/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchdogTest {

  private static final int WAVES = 12;
  private static final int WAITERS = 40;
  private static final long OVER_THE_NEXT_TICK = TimeUnit.MILLISECONDS.toNanos(60);

  /** A report that looked while the thread took over what is new used to miss it. */
  @Test
  @Timeout(120)
  void shouldKnowEveryLockThatIsWaitedForAtEveryMoment() throws Exception {
    for (int wave = 0; wave < WAVES; wave++) {
      List<ResettableLock> locks = new ArrayList<>();
      List<Thread> waiters = new ArrayList<>();
      for (int i = 0; i < WAITERS; i++) {
        ResettableLock lock = ResettableLock.builder().build();
        lock.lock();
        locks.add(lock);
        Thread waiter = new Thread(() -> waitFor(lock), "waiter-" + i);
        waiters.add(waiter);
        waiter.setDaemon(true);
        waiter.start();
        while (!lock.hasQueuedThread(waiter)) {
          Thread.onSpinWait();
        }
        assertEquals(0, missed(locks), "of " + locks.size() + " locks");
      }
      long end = System.nanoTime() + OVER_THE_NEXT_TICK;
      while (System.nanoTime() - end < 0) {
        assertEquals(0, missed(locks), "in wave " + wave);
      }
      locks.forEach(ResettableLock::unlock);
      for (Thread waiter : waiters) {
        waiter.join();
      }
    }
  }

  private static long missed(List<ResettableLock> locks) {
    Set<Sync> known = new HashSet<>(Watchdog.contended());
    return locks.stream().filter(lock -> !known.contains(lock.sync)).count();
  }

  private static void waitFor(ResettableLock lock) {
    lock.lock();
    lock.unlock();
  }
}
