/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.wake.Waker;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("process")
@Timeout(180)
class WakeupsTest {

  private static final int ROUNDS = 2_000;
  private static final String FACTOR = "keelson.testkit.timeFactor";

  @Test
  void shouldFindNothingWrongWithWakers() throws Exception {
    try (Waker waker = Waker.create()) {
      Wakeups.assertNoneLost(waker, ROUNDS, ofSeconds(60));
    }
    try (Selector selector = Selector.open();
        Waker waker = Waker.on(selector)) {
      Wakeups.assertNoneLost(waker, ROUNDS, ofSeconds(60));
    }
  }

  @Test
  void shouldFindNothingWrongWithAQueue() throws Exception {
    LinkedBlockingQueue<Boolean> queue = new LinkedBlockingQueue<>();
    Wakeups.Subject subject =
        new Wakeups.Subject() {
          @Override
          public void await(Duration limit) throws InterruptedException {
            queue.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
          }

          @Override
          public void wake() {
            queue.add(true);
          }
        };
    Wakeups.assertNoneLost(subject, ROUNDS, ofSeconds(60));
  }

  /** The classic: notify finds nobody, and nobody remembers. */
  private static final class Forgetful implements Wakeups.Subject {
    /** Between the look and the wait: how fast the machine is must not hide the bug. */
    private static final int GAP = 500;

    private final Object monitor = new Object();

    @Override
    @SuppressWarnings("WaitNotInLoop") // the bug
    public void await(Duration limit) throws InterruptedException {
      for (int i = 0; i < GAP; i++) {
        Thread.onSpinWait();
      }
      synchronized (monitor) {
        monitor.wait(limit.toMillis());
      }
    }

    @Override
    @SuppressWarnings("NakedNotify") // the bug
    public void wake() {
      synchronized (monitor) {
        monitor.notify();
      }
    }
  }

  @Test
  void shouldFindAWakeUpThatIsNotRemembered() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> Wakeups.assertNoneLost(new Forgetful(), 1_000_000, ofMillis(300)));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith("wake-up lost in round "), message);
    assertTrue(message.contains("await() went on for 300 ms"), message);
    assertTrue(message.contains("Forgetful.await(WakeupsTest.java:"), message);
    assertTrue(message.contains("to fix: make the wake-up stick"), message);
  }

  @Test
  void shouldTellTheLimitThatWasInForceWhenTimeIsStretched() {
    String before = System.getProperty(FACTOR);
    System.setProperty(FACTOR, "2");
    try {
      AssertionError error =
          assertThrows(
              AssertionError.class,
              () -> Wakeups.assertNoneLost(new Forgetful(), 1_000_000, ofMillis(150)));
      String message = String.valueOf(error.getMessage());
      assertTrue(message.contains("await() went on for 300 ms"), message);
    } finally {
      if (before == null) {
        System.clearProperty(FACTOR);
      } else {
        System.setProperty(FACTOR, before);
      }
    }
  }

  /** A wait that ends before the limit would hide a loss. */
  @Test
  void shouldWaitForLongerThanAnyLimit() throws Exception {
    for (Duration limit : List.of(ofSeconds(60), ofDays(1), ofNanos(Long.MAX_VALUE))) {
      LinkedBlockingQueue<Boolean> queue = new LinkedBlockingQueue<>();
      Queue<Duration> waits = new ConcurrentLinkedQueue<>();
      Wakeups.assertNoneLost(
          new Wakeups.Subject() {
            @Override
            public void await(Duration longest) throws InterruptedException {
              waits.add(longest);
              queue.take();
            }

            @Override
            public void wake() {
              queue.add(true);
            }
          },
          10,
          limit);
      assertTrue(
          waits.stream().allMatch(wait -> wait.compareTo(limit) >= 0), limit + ", but " + waits);
    }
  }

  @Test
  void shouldTellOfAWakeThatThrows() {
    IllegalStateException mine = new IllegalStateException("mine");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Wakeups.assertNoneLost(
                    new Wakeups.Subject() {
                      @Override
                      public void await(Duration limit) throws InterruptedException {
                        TimeUnit.MILLISECONDS.sleep(1);
                      }

                      @Override
                      public void wake() {
                        throw mine;
                      }
                    },
                    10,
                    ofSeconds(60)));
    assertSame(mine, error.getCause());
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Wakeups.assertNoneLost(new Forgetful(), 0, ofSeconds(1)));
    assertThrows(
        IllegalArgumentException.class, () -> Wakeups.assertNoneLost(new Forgetful(), 1, ZERO));
  }
}
