/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.TimeFactor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.annotation.Nullable;

/**
 * Waits until something is so: polls a condition with growing pauses until it holds or a deadline
 * has passed, and then fails with a message that says what was awaited and what was seen last.
 *
 * <pre>{@code
 * Await.soon().until("the child is gone", () -> Procs.isGone(child));
 * long pid = Await.within(ofSeconds(5)).present("a pid in the file", () -> firstPid(file));
 * }</pre>
 *
 * <p>A condition that throws counts as "not yet", be it an exception or an assertion's error; what
 * the last look threw becomes the cause of the failure. Only a {@link LeakError} comes out at once,
 * as its scope does not blame the same thing twice. The condition is always evaluated at least
 * once, and once more at the deadline.
 *
 * <p><b>Thread safety.</b> Immutable; safe for use by multiple threads.
 *
 * <p><b>Limitations.</b> A condition that blocks is not interrupted at the deadline. Limits are
 * multiplied by {@code -Dkeelson.testkit.timeFactor}.
 */
public final class Await {

  /** Something that will be so sooner or later. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it is so now. */
    boolean holds() throws Exception;
  }

  /** Something that can be looked at repeatedly. */
  @FunctionalInterface
  public interface Source<T> {
    /** What is seen now. */
    T get() throws Exception;
  }

  private static final Await SOON = new Await(Duration.ofSeconds(10));
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Duration limit;

  private Await(Duration limit) {
    this.limit = limit;
  }

  /** Waits for at most ten seconds: ample for anything that should happen at once. */
  public static Await soon() {
    return SOON;
  }

  /** Waits for at most {@code limit}; zero looks once. */
  public static Await within(Duration limit) {
    requireNonNull(limit, "limit");
    if (limit.isNegative()) {
      throw new IllegalArgumentException("limit must not be negative: " + limit);
    }
    return new Await(limit);
  }

  /**
   * Returns when {@code condition} holds.
   *
   * @param what what is awaited, for the failure message: "the child is gone"
   * @throws AssertionError if it does not hold in time
   */
  public void until(String what, Condition condition) throws InterruptedException {
    requireNonNull(condition, "condition");
    poll(what, condition::holds, holds -> holds);
  }

  /**
   * Returns the first value that {@code wanted} accepts.
   *
   * @throws AssertionError if there is none in time; the message shows the last value
   */
  public <T> T value(String what, Source<T> source, Predicate<? super T> wanted)
      throws InterruptedException {
    return poll(what, source, wanted);
  }

  /**
   * Returns the first value that is present.
   *
   * @throws AssertionError if there is none in time
   */
  public <T> T present(String what, Source<Optional<T>> source) throws InterruptedException {
    return poll(what, source, Optional::isPresent).orElseThrow();
  }

  private <T> T poll(String what, Source<T> source, Predicate<? super T> wanted)
      throws InterruptedException {
    requireNonNull(what, "what");
    requireNonNull(source, "source");
    requireNonNull(wanted, "wanted");
    long start = System.nanoTime();
    long limitNanos = TimeFactor.scale(limit).toNanos();
    long pause = FIRST_PAUSE_NANOS;
    for (int looks = 1; ; looks++) {
      // The clock is read before the condition, so that the last look is never before the deadline.
      long left = limitNanos - (System.nanoTime() - start);
      T seen = null;
      Throwable failure = null;
      try {
        seen = source.get();
        if (wanted.test(seen)) {
          return seen;
        }
      } catch (InterruptedException | LeakError e) {
        throw e; // its scope has adopted what it blames: the next look would be green
      } catch (Exception | AssertionError e) {
        failure = e;
      }
      if (left <= 0) {
        throw failed(what, looks, System.nanoTime() - start, seen, failure);
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(pause, left));
      pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
    }
  }

  private static AssertionError failed(
      String what, int looks, long nanos, @Nullable Object seen, @Nullable Throwable failure) {
    StringBuilder message =
        new StringBuilder("not within ")
            .append(TimeUnit.NANOSECONDS.toMillis(nanos))
            .append(" ms (looked ")
            .append(looks)
            .append(looks == 1 ? " time): " : " times): ")
            .append(what);
    if (failure != null) {
      message.append("; the last look failed with ").append(failure);
    } else if (!(seen instanceof Boolean)) {
      message.append("; seen last: ").append(seen);
    }
    return new AssertionError(message.toString(), failure);
  }
}
