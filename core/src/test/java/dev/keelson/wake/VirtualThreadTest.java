/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static dev.keelson.wake.Wakers.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** Virtual threads that wait leave their carriers to others. */
@Tag("process")
@Timeout(60)
class VirtualThreadTest {

  /** More than there are carriers, and than the scheduler would add for pinned ones. */
  private static final int WAITERS = 300;

  private static <T> FutureTask<T> virtual(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, future);
    return future;
  }

  /** Starts so many that wait; another one must nevertheless run. */
  private static void others(List<? extends Callable<Wakeup>> waits, Runnable wakeAll)
      throws Exception {
    List<FutureTask<Wakeup>> waiters = new ArrayList<>();
    for (Callable<Wakeup> wait : waits) {
      waiters.add(virtual(wait));
    }
    assertEquals(42, get(virtual(() -> 42)));
    wakeAll.run();
    for (FutureTask<Wakeup> waiter : waiters) {
      assertTrue(get(waiter).isSignalled());
    }
  }

  @Test
  @EnabledForJreRange(minVersion = 21)
  void shouldLeaveTheCarrierWhenItParksOrWaitsOnASetWithoutChannels() throws Exception {
    List<Waker> wakers = new ArrayList<>();
    List<Callable<Wakeup>> waits = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      if (i % 2 == 0) {
        Waker waker = Waker.create();
        wakers.add(waker);
        waits.add(waker::await);
      } else {
        WaitSet set = WaitSet.create();
        wakers.add(set.waker());
        waits.add(() -> set.await().wakeup());
      }
    }
    others(waits, () -> wakers.forEach(Waker::wake));
  }

  @Test
  @EnabledForJreRange(minVersion = 24)
  void shouldLeaveTheCarrierWhenItSelects() throws Exception {
    List<Selector> selectors = new ArrayList<>();
    List<Waker> wakers = new ArrayList<>();
    List<Callable<Wakeup>> waits = new ArrayList<>();
    try {
      for (int i = 0; i < WAITERS; i++) {
        selectors.add(Selector.open());
        Waker waker = Waker.on(selectors.get(i));
        wakers.add(waker);
        waits.add(waker::await);
      }
      others(waits, () -> wakers.forEach(Waker::wake));
    } finally {
      for (Selector selector : selectors) {
        selector.close();
      }
    }
  }
}
