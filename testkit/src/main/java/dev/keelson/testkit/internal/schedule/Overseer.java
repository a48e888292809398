/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import dev.keelson.testkit.internal.TimeFactor;
import dev.keelson.testkit.internal.UserFrames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Looks after a schedule from the test's own thread: takes the baton from a thread that blocks
 * where nobody told of it, and ends a schedule in which nothing happens any more. In one that goes
 * from point to point it does nothing.
 */
final class Overseer {

  static final long LOOK_MILLIS = 20;

  /** How long it may be parked before it counts as blocked, on a loaded machine too. */
  private static final Duration GRACE = Duration.ofMillis(250);

  /** How long all may be blocked outside before it counts as a deadlock. */
  private static final Duration HANG = Duration.ofSeconds(2);

  /** How long nothing may happen at all. */
  private static final Duration STUCK = Duration.ofSeconds(30);

  private static final long LEAVE_MILLIS = 2_000;
  private static final int FRAMES = 3;

  private final Baton baton;
  private int steps = -1;
  private @Nullable Actor suspect;
  private long since;
  private long blockedSince;

  Overseer(Baton baton) {
    this.baton = baton;
  }

  /** Under the baton's lock. */
  @SuppressWarnings("GuardedBy")
  void look() {
    long now = System.nanoTime();
    Actor holder = baton.holder();
    if (steps != baton.steps() || suspect != holder) {
      steps = baton.steps();
      suspect = holder;
      since = now;
      blockedSince = now;
    }
    if (holder == null) {
      lookOutside(now);
      return;
    }
    if (!holder.isInBody() || !isBlocked(holder.getState())) {
      blockedSince = now;
    } else if (now - blockedSince > TimeFactor.scale(GRACE).toNanos()) {
      baton.isOutside(holder, "blocked without a point " + where(holder));
      return;
    }
    if (now - since > TimeFactor.scale(STUCK).toNanos()) {
      baton.finish(
          new Finding(
              Finding.Kind.STUCK,
              "thread \""
                  + holder.getName()
                  + "\" has reached no point for "
                  + TimeFactor.scale(STUCK).toSeconds()
                  + " s after "
                  + holder.point,
              places(List.of(holder)),
              null));
    }
  }

  @SuppressWarnings("GuardedBy")
  private void lookOutside(long now) {
    List<Actor> outside = baton.thoseOutside();
    boolean forGood =
        outside.stream()
            .map(Thread::getState)
            .allMatch(state -> state == Thread.State.WAITING || state == Thread.State.BLOCKED);
    Duration limit = TimeFactor.scale(forGood ? HANG : STUCK);
    if (now - since > limit.toNanos()) {
      baton.finish(
          new Finding(
              Finding.Kind.DEADLOCK,
              "deadlock: all threads wait, and these where no point is",
              places(outside),
              null));
    }
  }

  private static boolean isBlocked(Thread.State state) {
    return state == Thread.State.BLOCKED
        || state == Thread.State.WAITING
        || state == Thread.State.TIMED_WAITING;
  }

  private static String where(Actor actor) {
    List<String> frames = UserFrames.of(actor.getStackTrace(), 1);
    return frames.isEmpty() ? "" : frames.get(0);
  }

  private static List<String> places(List<Actor> actors) {
    List<String> lines = new ArrayList<>();
    for (Actor each : actors) {
      lines.add("thread \"" + each.getName() + "\" is " + each.getState());
      UserFrames.of(each.getStackTrace(), FRAMES).forEach(frame -> lines.add("    " + frame));
    }
    return lines;
  }

  /** After the end: all are gone, or interrupted and left to themselves. */
  static void clearAway(List<Actor> actors) throws InterruptedException {
    for (Actor each : actors) {
      if (each.state == Actor.State.OUTSIDE) {
        each.interrupt();
      }
    }
    long deadline = System.nanoTime() + Duration.ofMillis(LEAVE_MILLIS).toNanos();
    for (Actor each : actors) {
      each.join(Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
      if (each.isAlive()) {
        each.interrupt();
      }
    }
  }
}
