/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.concurrent.NotThreadSafe;

/**
 * What an execution comes to when nothing happens, and when: the clock of a {@link Course}, guarded
 * by the same lock. Only {@link #progressed} and {@link #handingOn} may be called without.
 */
@NotThreadSafe
final class Agenda {

  /** What may be due; of several, the first one is carried out first. */
  enum Due {
    TIMEOUT,
    IDLE,
    FINISH,
    ABANDON
  }

  /**
   * What a sink in the middle of something gets before it is given up, once the outcome no longer
   * depends on it.
   */
  private static final long LAST_WORDS = TimeUnit.MILLISECONDS.toNanos(40);

  private static final Due[] ALL = Due.values();

  private final Time time;
  private final long never;
  private final long deadline;
  private final long idleNanos;
  private final long drainNanos;

  /**
   * When the child last wrote a byte that we saw. Any thread may write it; the latest is as good as
   * any. It begins with the child: while that waited for a place it was not idle.
   */
  private volatile long lastProgress;

  /**
   * How many outputs have sinks with something in hand: nobody reads on, and the child may wait.
   */
  private final AtomicInteger beingHandedOn = new AtomicInteger();

  private long finishAt;
  private long abandonAt;
  private boolean finished;
  private boolean abandoned;

  Agenda(Time time, CommandSettings settings, long began, long deadline) {
    this.time = time;
    lastProgress = time.nanoTime();
    never = Durations.after(began, Durations.NEVER);
    this.deadline = deadline;
    idleNanos = settings.idleTimeoutNanos;
    drainNanos = settings.drain.nanos();
    finishAt = never;
    abandonAt = never;
  }

  void progressed() {
    lastProgress = time.nanoTime();
  }

  /** One output more, or less, whose sinks have something in hand. */
  void handingOn(int more) {
    beingHandedOn.addAndGet(more);
  }

  /** From now on the drain's patience counts. */
  void exited() {
    finishAt = Durations.after(time.nanoTime(), drainNanos);
  }

  /** Nothing that is not there yet is waited for; returns whether that is news. */
  boolean finish() {
    boolean first = !finished;
    finished = true;
    return first;
  }

  /** Sinks get their last words, and no more. */
  void giveUpSoon() {
    abandonAt = earlier(abandonAt, Durations.after(time.nanoTime(), LAST_WORDS));
  }

  void abandon() {
    abandoned = true;
  }

  boolean isFinished() {
    return finished;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Whether something is due. */
  boolean isDue(Due what, Phase phase, boolean caused, long now) {
    return now - instant(what, phase, caused) >= 0;
  }

  /** When something will be due, if nothing happens before. */
  long next(Phase phase, boolean caused) {
    long next = never;
    for (Due what : ALL) {
      next = earlier(next, instant(what, phase, caused));
    }
    return next;
  }

  /** An ending that runs makes everything else wait; a cause that is known stays the only one. */
  private long instant(Due what, Phase phase, boolean caused) {
    boolean running = phase == Phase.RUNNING;
    boolean draining = phase == Phase.DRAINING;
    boolean due =
        switch (what) {
          case TIMEOUT -> !caused && (running || draining);
          case IDLE -> !caused && running;
          case FINISH -> !finished && phase.compareTo(Phase.DRAINING) >= 0;
          case ABANDON -> !abandoned && draining;
        };
    if (!due) {
      return never;
    }
    return switch (what) {
      case TIMEOUT -> deadline;
      case IDLE ->
          Durations.after(beingHandedOn.get() > 0 ? time.nanoTime() : lastProgress, idleNanos);
      case FINISH -> draining ? finishAt : earlier(finishAt, deadline); // TIMEOUT was the latter's
      case ABANDON -> abandonAt;
    };
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }
}
