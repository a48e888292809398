/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A busy machine is told from code that blocks; the looks are made by hand. */
@Tag("process")
@Timeout(120)
@NoLeaks
class StallTest {

  private final Stall stall = new Stall();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Thread blocked =
      new Thread(
          () -> {
            try {
              release.await();
            } catch (InterruptedException e) {
              // the test is over
            }
          },
          "blocked");
  private long now;

  @BeforeEach
  void block() throws InterruptedException {
    blocked.start();
    Await.within(Duration.ofSeconds(30))
        .until("it waits", () -> blocked.getState() == Thread.State.WAITING);
  }

  @AfterEach
  void end() throws InterruptedException {
    release.countDown();
    blocked.join();
  }

  /** How many looks it takes. */
  private int looks(int counted, Set<Thread> threads) {
    for (int looks = 1; ; looks++) {
      now += Stall.PAUSE;
      if (stall.look(now, counted, threads)) {
        return looks;
      }
    }
  }

  @Test
  void shouldGiveUpWhoeverIsBlocked() {
    assertEquals(Stall.LOOKS, looks(1, Set.of(blocked)));
    assertEquals(Stall.LOOKS, looks(1, Set.of(blocked)), "and anew after that");
  }

  @Test
  void shouldWaitLongerForWhoeverRunsOrHasNotBegun() {
    Thread running = Thread.currentThread();
    assertEquals(Stall.LOOKS_AT_RUNNING, looks(2, Set.of(blocked, running)));
    assertEquals(Stall.LOOKS_AT_RUNNING, looks(2, Set.of(blocked)), "one has not begun");
  }

  @Test
  void shouldTakeAPauseOfTheWholeJvmForOneLook() {
    now = TimeUnit.DAYS.toNanos(1);
    assertFalse(stall.look(now, 1, Set.of(blocked)));
    assertEquals(Stall.LOOKS - 1, looks(1, Set.of(blocked)));
  }

  @Test
  void shouldCountTheLooksOfManyAsOne() {
    for (int i = 0; i < 1_000; i++) {
      assertFalse(stall.look(Stall.PAUSE, 1, Set.of(blocked)));
    }
  }

  @Test
  void shouldBeginAnewWhenSomethingHappens() {
    for (int i = 1; i < Stall.LOOKS; i++) {
      now += Stall.PAUSE;
      assertFalse(stall.look(now, 1, Set.of(blocked)));
    }
    stall.end(now);
    assertEquals(Stall.LOOKS, looks(1, Set.of(blocked)));
  }
}
