/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.threads.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Places are given in order and never lost. */
@Timeout(60)
class PermitsTest {

  private static final long LONG = TimeUnit.SECONDS.toNanos(30);

  @Test
  void shouldServeThoseWhoWaitInOrder() {
    Permits permits = new Permits(Time.SYSTEM, 1);
    List<String> granted = new ArrayList<>();
    permits.whenFree(1, () -> granted.add("a"));
    permits.whenFree(1, () -> granted.add("b"));
    permits.whenFree(1, () -> granted.add("c"));
    assertEquals(List.of("a"), granted);
    permits.release(1);
    assertEquals(List.of("a", "b"), granted);
    permits.release(1);
    assertEquals(List.of("a", "b", "c"), granted);
  }

  @Test
  void shouldNeverGrantWhatWasGivenUp() {
    Permits permits = new Permits(Time.SYSTEM, 1);
    List<String> granted = new ArrayList<>();
    permits.whenFree(1, () -> granted.add("a"));
    Permits.Request b = permits.whenFree(1, () -> granted.add("b"));
    permits.whenFree(1, () -> granted.add("c"));
    assertTrue(permits.isWaiting(b));
    assertTrue(permits.giveUp(b));
    assertFalse(permits.giveUp(b));
    permits.release(1);
    assertEquals(List.of("a", "c"), granted);
    assertFalse(permits.isWaiting(b));
  }

  @Test
  void shouldServeTheNextWhenOneThatWantsMoreIsGivenUp() {
    Permits permits = new Permits(Time.SYSTEM, 2);
    List<String> granted = new ArrayList<>();
    permits.whenFree(1, () -> granted.add("a"));
    Permits.Request both = permits.whenFree(2, () -> granted.add("both"));
    permits.whenFree(1, () -> granted.add("b"));
    assertEquals(List.of("a"), granted);
    assertTrue(permits.giveUp(both));
    assertEquals(List.of("a", "b"), granted);
    permits.whenFree(2, () -> granted.add("c"));
    permits.release(1);
    assertEquals(List.of("a", "b"), granted);
    permits.release(1);
    assertEquals(List.of("a", "b", "c"), granted);
  }

  @Test
  void shouldLetEverybodyThroughOnceOpen() throws Exception {
    Permits permits = new Permits(Time.SYSTEM, 2);
    List<String> granted = new ArrayList<>();
    assertTrue(permits.acquire(2, 0));
    permits.whenFree(1, () -> granted.add("a"));
    permits.whenFree(1, () -> granted.add("b"));
    permits.whenFree(1, () -> granted.add("c"));
    permits.open();
    permits.open();
    assertEquals(List.of("a", "b"), granted, "as many at once as there are places");
    permits.release(1);
    assertEquals(List.of("a", "b", "c"), granted);
    permits.release(2);
    assertTrue(permits.acquire(2, 0));
  }

  @Test
  void shouldLetThemThroughHoweverManyPlacesThereAre() throws Exception {
    Permits permits = new Permits(Time.SYSTEM, Integer.MAX_VALUE - 1);
    permits.open();
    assertTrue(permits.acquire(1, 0));
  }

  @Test
  void shouldLoseNoPlaceWhenWaitsTimeOutAsPlacesComeFree() throws Exception {
    Permits permits = new Permits(Time.SYSTEM, 2);
    AtomicInteger most = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      int places = 1 + t % 2;
      threads.add(
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 2_000; i++) {
                    if (permits.acquire(places, i % 3 == 0 ? LONG : 20_000)) {
                      most.accumulateAndGet(now.addAndGet(places), Math::max);
                      now.addAndGet(-places);
                      permits.release(places);
                    }
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(most.get() <= 2, "never more than there are: " + most);
    assertTrue(permits.acquire(2, 0), "all are back");
  }
}
