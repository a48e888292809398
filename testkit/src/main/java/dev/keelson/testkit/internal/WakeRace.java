/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.Body;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/**
 * One thread posts numbers and wakes, another waits until it has seen each. For one use.
 *
 * <p>The poster waits for every number to be seen before it posts the next, so that no later wake
 * covers for one that was lost. Whether one is lost is decided by the poster, and only after it has
 * seen the waiter in one and the same wait for the whole limit: a waiter that was kept from the
 * processor is in no wait, or leaves it when it runs.
 */
public final class WakeRace {

  /** Waits until woken, for at most that long. */
  @FunctionalInterface
  public interface Waiting {
    void await(Duration limit) throws Exception;
  }

  /**
   * What came of it.
   *
   * @param lost whether a wake-up was lost
   * @param round in which round it ended
   * @param stack where the waiter was
   * @param failure what waking or waiting threw
   */
  public record Outcome(boolean lost, int round, String stack, @Nullable Throwable failure) {}

  private static final long MARGIN_NANOS = Duration.ofMinutes(10).toNanos();

  private static final int LONGEST_SPIN = 2_000;
  private static final int FRAMES = 8;

  private final Waiting waiting;
  private final Body waking;
  private final int rounds;
  private final Duration limit;

  /** Longer than the limit: a wait that ends by itself would hide the loss. */
  private final Duration longer;

  private volatile int posted;
  private volatile int seen;
  private volatile long waits;
  private volatile boolean over;
  private volatile @Nullable Throwable failure;

  public WakeRace(Waiting waiting, Body waking, int rounds, Duration limit) {
    this.waiting = waiting;
    this.waking = waking;
    this.rounds = rounds;
    this.limit = limit;
    long nanos = limit.toNanos();
    longer = Duration.ofNanos(Math.max(nanos, nanos + MARGIN_NANOS)); // it may overflow
  }

  /** Runs all rounds, or until one fails. */
  public Outcome run() throws InterruptedException {
    Thread waiter = new Thread(this::waitForAll, "wakeups-waiter");
    waiter.setDaemon(true);
    waiter.start();
    try {
      for (int round = 1; round <= rounds; round++) {
        spin();
        posted = round;
        try {
          waking.run();
        } catch (InterruptedException e) {
          throw e;
        } catch (Exception | LinkageError | AssertionError e) {
          return new Outcome(false, round, "", e);
        }
        if (!isSeen(round, waiter)) {
          Throwable failed = failure;
          boolean lost = failed == null;
          String stack =
              String.join("\n", indented(ThreadCensus.frames(waiter.getStackTrace(), FRAMES)));
          return new Outcome(lost, round, stack, failed);
        }
      }
      return new Outcome(false, rounds, "", null);
    } finally {
      over = true;
      waiter.interrupt();
      waiter.join(TimeUnit.SECONDS.toMillis(10));
    }
  }

  private static List<String> indented(List<String> frames) {
    return frames.stream().map(frame -> "    " + frame).toList();
  }

  /** Moves the wake over the waiter's way into its sleep. */
  private static void spin() {
    int turns = ThreadLocalRandom.current().nextInt(LONGEST_SPIN);
    for (int i = 0; i < turns; i++) {
      Thread.onSpinWait();
    }
  }

  /** Waits for the number to be seen; gives up when one wait has gone on for the limit. */
  private boolean isSeen(int round, Thread waiter) throws InterruptedException {
    long wait = waits;
    long since = System.nanoTime();
    for (int looks = 0; seen != round; looks++) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (failure != null) {
        return false;
      }
      if (wait != waits || (looks % 100 == 0 && !isAsleep(waiter))) {
        wait = waits;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > limit.toNanos()) {
        return false;
      }
      if (looks > 1_000) {
        LockSupport.parkNanos(50_000);
      } else {
        Thread.onSpinWait();
      }
    }
    return true;
  }

  /** Not on its way into a wait or out of one. */
  private static boolean isAsleep(Thread waiter) {
    if (waiter.getState() != Thread.State.RUNNABLE) {
      return true;
    }
    StackTraceElement[] stack = waiter.getStackTrace();
    return stack.length > 0 && stack[0].isNativeMethod(); // in a selector, in a read
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // this thread is the only one that writes it
  private void waitForAll() {
    try {
      while (!over && seen < rounds) {
        int now = posted;
        if (now != seen) {
          seen = now;
        } else {
          waits++;
          waiting.await(longer);
        }
      }
    } catch (Throwable e) {
      if (!over) {
        failure = e;
      }
    }
  }
}
