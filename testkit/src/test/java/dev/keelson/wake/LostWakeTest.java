/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.testkit.stress.Size;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Millions of wakes, each of which somebody waits for: a waker wakes again only once the owner has
 * said that it saw the last one, so that no later wake can hide a lost one.
 */
@Tag("process")
@Timeout(3_600)
class LostWakeTest {

  private static final Duration LOST = Duration.ofSeconds(20);
  private static final int WAKERS = 2;
  private static final int LOOKS = 1_000;

  /** Far enough apart for each to have a cache line of its own. */
  private final int[] said = new int[WAKERS * 16];

  private volatile long acknowledged;

  @Test
  void shouldLoseNoWakeWhenTheOwnerParks() throws Exception {
    campaign(Waker.create(), null, Size.of(950_000, 10_000_000));
  }

  @Test
  void shouldLoseNoWakeWhenTheOwnerSelects() throws Exception {
    try (Selector selector = Selector.open()) {
      campaign(Waker.on(selector), null, Size.of(25_000, 2_000_000));
    }
  }

  @Test
  void shouldLoseNoWakeWhenALoopSelectsAKey() throws Exception {
    try (Selector selector = Selector.open();
        Waker waker = Waker.create()) {
      waker.register(selector);
      campaign(waker, selector, Size.of(25_000, 2_000_000));
    }
  }

  @Test
  void shouldLoseNoWakeWhenTheOwnerPolls() throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels::whyNot);
    try (Waker waker = Waker.onDescriptor()) {
      campaign(waker, null, Size.of(25_000, 2_000_000));
    }
  }

  private void campaign(Waker waker, Selector loop, int wakes) throws Exception {
    long seed = Size.seed();
    int each = wakes / WAKERS;
    FutureTask<?>[] wakers = new FutureTask<?>[WAKERS];
    for (int i = 0; i < WAKERS; i++) {
      int me = i;
      wakers[i] = new FutureTask<>(() -> wake(waker, me, each, new SplittableRandom(seed + me)));
      Thread thread = new Thread(wakers[i], "waker-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    int[] told = new int[WAKERS];
    SplittableRandom random = new SplittableRandom(seed);
    while (told[0] + told[1] < each * WAKERS) {
      Wakeup seen = look(waker, random);
      boolean none = seen.kind() == Wakeup.Kind.TIMEOUT;
      Wakeup wakeup = !none ? seen : loop == null ? waker.await(LOST) : select(waker, loop);
      if (wakeup.kind() == Wakeup.Kind.TIMEOUT && loop != null) {
        continue; // a late byte
      }
      assertTrue(wakeup.isSignalled(), () -> wakeup + ": a wake-up is lost, seed " + seed);
      for (int i = 0; i < WAKERS; i++) {
        if (wakeup.has(1 << i)) {
          told[i]++;
          assertEquals(told[i], said[i * 16], "what a plain store said before the wake");
        }
      }
      pause(random);
      acknowledged = (long) told[0] << 32 | told[1];
    }
    for (FutureTask<?> task : wakers) {
      task.get(60, TimeUnit.SECONDS);
    }
    WakeStats stats = waker.stats();
    assertEquals(each * WAKERS, stats.wakes());
    assertTrue(stats.writes() <= stats.delivered(), stats::toString);
    if (loop == null) {
      assertTrue(stats.writes() <= stats.waits(), stats::toString); // J14
    }
    assertTrue(
        stats.delivered() * 100 >= stats.wakes(), () -> "too few met a waiting owner: " + stats);
    assertFalse(waker.isPending());
  }

  /** A system call a wake would make the campaign a long one: most are met by an owner awake. */
  private static Wakeup look(Waker waker, SplittableRandom random) {
    Wakeup wakeup = Wakeup.timeout();
    int looks = random.nextInt(16) == 0 ? 0 : LOOKS;
    for (int i = 0; i < looks && wakeup.kind() == Wakeup.Kind.TIMEOUT; i++) {
      if (i > 100) {
        Thread.yield();
      }
      wakeup = waker.tryTake();
    }
    return wakeup;
  }

  private static Wakeup select(Waker waker, Selector loop) throws Exception {
    assertTrue(loop.select(LOST.toMillis()) > 0, "a wake-up is lost");
    for (SelectionKey key : loop.selectedKeys()) {
      assertTrue(key.isReadable());
    }
    loop.selectedKeys().clear();
    return waker.tryTake();
  }

  private Void wake(Waker waker, int me, int count, SplittableRandom random) {
    for (int i = 1; i <= count; i++) {
      said[me * 16] = i;
      waker.wake(1 << me);
      for (int spins = 0; acknowledgedTo(me) != i; spins++) {
        if (spins < 100) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
      pause(random);
    }
    return null;
  }

  private int acknowledgedTo(int waker) {
    long now = acknowledged;
    return (int) (waker == 0 ? now >>> 32 : now);
  }

  /** Moves the threads against each other by up to about a microsecond. */
  private static void pause(SplittableRandom random) {
    for (int i = random.nextInt(64); i > 0; i--) {
      Thread.onSpinWait();
    }
  }
}
