/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import dev.keelson.testkit.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** One schedule: who runs now, who could, and what has happened. */
final class Baton {

  /*
   * Who has it
   * ----------
   * At most one actor is RUNNING, the holder. It gives the baton away under the lock: it becomes
   * READY or WAITING or OVER, decide() picks the next, who becomes RUNNING and is roused after that.
   * So between two points of any actor no other one does a step, and what an actor reads in until()
   * stands still. There is no holder only while one is OUTSIDE and nobody else can go on, and when
   * the schedule is over.
   *
   *   READY, WAITING -> RUNNING   decide(), by whoever lets the baton go
   *   RUNNING -> READY            reached()
   *   RUNNING -> WAITING          await(), park()
   *   RUNNING -> OVER             ended()
   *   RUNNING -> OUTSIDE          the Overseer, when it finds it blocked
   *   OUTSIDE -> READY, WAITING   when it comes to a point after all; it stands still there
   *   OUTSIDE -> OVER             ended()
   *
   * The race that the Overseer must not lose: an actor that was given the baton, but has not been
   * let run by the system yet, is parked like one that blocks. It is believed to block only after it
   * has said itself that it is in its body.
   *
   * Time
   * ----
   * Stands still while anybody can go on. When nobody can and some wait with a limit, it jumps to
   * the nearest limit, and everybody whose limit that is can go on.
   *
   * The end
   * -------
   * finish() names the outcome once and gives the baton to everybody. Whoever comes to a point from
   * then on is ended by an Abandoned; while that goes up through its finally blocks, points are
   * passed, and waits throw it again.
   */

  /** So many steps of one thread while others could go on, and it has to stand back. */
  private static final int LONG_RUN = 64;

  private final Strategy strategy;
  private final int maxSteps;
  private final ReentrantLock lock = new ReentrantLock();
  final Condition over = lock.newCondition();

  @GuardedBy("lock")
  private final List<Actor> actors = new ArrayList<>();

  @GuardedBy("lock")
  private final List<String> outside = new ArrayList<>();

  @GuardedBy("lock")
  private final Trace trace = new Trace();

  @GuardedBy("lock")
  private @Nullable Actor holder;

  @GuardedBy("lock")
  private @Nullable Actor last;

  @GuardedBy("lock")
  private int run;

  @GuardedBy("lock")
  private boolean deciding;

  @GuardedBy("lock")
  private boolean started;

  @GuardedBy("lock")
  private @Nullable Finding finding;

  private volatile boolean isOver;

  private volatile long now = System.nanoTime();

  Baton(Strategy strategy, int maxSteps) {
    this.strategy = strategy;
    this.maxSteps = maxSteps;
  }

  // ---- the test's thread

  /** Adds a thread: before the start by the test, later by one of the threads. */
  Thread add(String name, Body body) {
    Actor actor;
    boolean startsNow;
    lock.lock();
    try {
      if (isOver || (started && !isMine())) {
        throw new IllegalStateException(
            "thread \""
                + name
                + "\" comes too late: start it before the test method ends, or from one of the"
                + " schedule's threads");
      }
      if (actors.size() == Token.MOST_THREADS) {
        throw new IllegalStateException(
            "a schedule has at most "
                + Token.MOST_THREADS
                + " threads; \""
                + name
                + "\" is beyond");
      }
      actor = new Actor(this, actors.size(), name, body);
      actors.add(actor);
      strategy.added(actor);
      startsNow = started;
    } finally {
      lock.unlock();
    }
    if (startsNow) {
      actor.start();
    }
    return actor;
  }

  private boolean isMine() {
    return Thread.currentThread() instanceof Actor actor && actor.baton == this;
  }

  /** Starts all, and waits until they are over. */
  Outcome play() throws InterruptedException {
    List<Actor> first;
    lock.lock();
    try {
      if (actors.isEmpty()) {
        throw new IllegalStateException(
            "the schedule has no thread; start them by Schedule.thread(...)");
      }
      started = true;
      first = List.copyOf(actors);
    } finally {
      lock.unlock();
    }
    boolean ended = false;
    try {
      first.forEach(Thread::start);
      awaitEnd();
      ended = true;
    } finally {
      if (!ended) {
        abandon();
      }
    }
    Overseer.clearAway(actors());
    return outcome();
  }

  private void awaitEnd() throws InterruptedException {
    Overseer overseer = new Overseer(this);
    lock.lock();
    try {
      decide();
      while (!isOver) {
        overseer.look();
        if (!isOver) {
          over.await(Overseer.LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the threads of one that cannot be played to its end, or not at all. */
  void abandon() {
    lock.lock();
    try {
      finish(null);
      actors.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  private List<Actor> actors() {
    lock.lock();
    try {
      return List.copyOf(actors);
    } finally {
      lock.unlock();
    }
  }

  private Outcome outcome() {
    lock.lock();
    try {
      List<String> names = actors.stream().map(Thread::getName).toList();
      return new Outcome(finding, trace, names, List.copyOf(outside));
    } finally {
      lock.unlock();
    }
  }

  // ---- the actors

  void reached(Actor me, String point) {
    lock.lock();
    try {
      if (passes(me)) {
        return;
      }
      me.standsStill();
      me.state = Actor.State.READY;
      me.point = point;
      handOn(me);
    } finally {
      lock.unlock();
    }
    me.awaitTurn();
    leaveIfOver(me);
  }

  /** Whether a point is of no account: in what a wait looks at, and after the end but once. */
  @GuardedBy("lock")
  private boolean passes(Actor me) {
    if (isOver && !me.told) {
      leave(me);
    }
    return isOver || deciding;
  }

  void await(Actor me, String point, BooleanSupplier until, long nanos, boolean interruptible) {
    lock.lock();
    try {
      if (isOver) {
        leave(me);
      }
      if (deciding) {
        return;
      }
      me.standsStill();
      long end = now + Math.max(0, nanos);
      if (end < now || nanos == Long.MAX_VALUE) {
        end = Long.MAX_VALUE;
      }
      me.waitsFor(point, until, end, interruptible);
      handOn(me);
    } finally {
      lock.unlock();
    }
    me.awaitTurn();
    leaveIfOver(me);
  }

  @SuppressWarnings("GuardedBy") // asked by decide(), under the lock
  void park(Actor me, String point, long nanos) {
    if (nanos > 0) {
      await(me, point, () -> me.permit, nanos, true);
    } else {
      reached(me, point);
    }
    lock.lock();
    try {
      me.permit = false;
    } finally {
      lock.unlock();
    }
  }

  /** By anybody, also by a thread of which nothing is known. */
  void unparked(Actor whom) {
    lock.lock();
    try {
      whom.permit = true;
      if (started && holder == null && !isOver) {
        decide(); // everybody waited for what is outside
      }
    } finally {
      lock.unlock();
    }
  }

  void ended(Actor me, @Nullable Throwable failure) {
    lock.lock();
    try {
      me.state = Actor.State.OVER;
      if (failure != null && !isOver) {
        String verdict = "thread \"" + me.getName() + "\" threw " + failure;
        finish(new Finding(Finding.Kind.THREAD_FAILED, verdict, List.of(), failure));
      } else if (!isOver) {
        handOn(me);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void leaveIfOver(Actor me) {
    if (me.baton.isOver) {
      leave(me);
    }
  }

  private static void leave(Actor me) {
    me.told = true;
    throw new Abandoned();
  }

  boolean isOver() {
    return isOver;
  }

  long nanoTime() {
    return now;
  }

  // ---- deciding

  /** One that was outside has no baton to hand on, unless nobody has it. */
  @GuardedBy("lock")
  private void handOn(Actor me) {
    if (holder == me || holder == null) {
      decide();
    }
  }

  /** Gives the baton to the next, or ends the schedule. */
  @GuardedBy("lock")
  private void decide() {
    holder = null;
    deciding = true;
    try {
      List<Actor> able = able();
      String note = "";
      if (able.isEmpty() && !isAnybody(Actor.State.OUTSIDE)) {
        long before = now;
        able = ableLater();
        note = able.isEmpty() ? "" : "time +" + Words.time(now - before);
      }
      if (!able.isEmpty()) {
        pick(able, note);
      } else if (!isAnybody(Actor.State.OUTSIDE)) {
        finish(isAnybody(Actor.State.WAITING) ? deadlock() : null);
      }
    } finally {
      deciding = false;
    }
  }

  @GuardedBy("lock")
  private List<Actor> able() {
    List<Actor> able = new ArrayList<>(actors.size());
    for (Actor each : actors) {
      if (each.state == Actor.State.READY
          || (each.state == Actor.State.WAITING && each.isAwake(now))) {
        able.add(each);
      }
    }
    return able;
  }

  @GuardedBy("lock")
  private List<Actor> ableLater() {
    long nearest = Long.MAX_VALUE;
    for (Actor each : actors) {
      nearest = Math.min(nearest, each.deadline());
    }
    if (nearest == Long.MAX_VALUE) {
      return List.of();
    }
    now = nearest;
    return able();
  }

  @GuardedBy("lock")
  boolean isAnybody(Actor.State state) {
    return actors.stream().anyMatch(each -> each.state == state);
  }

  @GuardedBy("lock")
  private void pick(List<Actor> able, String note) {
    Actor before = last;
    boolean couldGoOn = before != null && able.contains(before);
    if (before != null && couldGoOn && able.size() > 1 && ++run >= LONG_RUN) {
      run = 0;
      strategy.tired(before);
    }
    int step = trace.size();
    if (step == maxSteps) {
      finish(
          new Finding(
              Finding.Kind.ENDLESS,
              "not done after " + maxSteps + " steps, though every thread got its turn"));
      return;
    }
    Actor next = strategy.next(able, before, step);
    if (next == null) {
      finish(new Finding(Finding.Kind.DIVERGED, "the replay cannot go on after step " + step));
      return;
    }
    if (next != before) {
      run = 0;
    }
    trace.add(new Trace.Step(next.index, next.point, couldGoOn && next != before, note));
    next.state = Actor.State.RUNNING;
    last = next;
    holder = next;
    next.give();
  }

  @GuardedBy("lock")
  private Finding deadlock() {
    List<String> waiting = new ArrayList<>();
    for (Actor each : actors) {
      if (each.state == Actor.State.WAITING) {
        waiting.add("\"" + each.getName() + "\" waits at " + each.point);
      }
    }
    return new Finding(
        Finding.Kind.DEADLOCK,
        "deadlock: "
            + String.join(", ", waiting)
            + ", and no thread of the schedule is left to end that",
        List.of(),
        null);
  }

  /** Ends it, with the first finding. */
  @GuardedBy("lock")
  void finish(@Nullable Finding found) {
    if (isOver) {
      return;
    }
    finding = found;
    isOver = true;
    holder = null;
    over.signalAll();
    actors.forEach(Actor::give);
  }

  // ---- the overseer, under the lock

  @GuardedBy("lock")
  @Nullable
  Actor holder() {
    return holder;
  }

  @GuardedBy("lock")
  int steps() {
    return trace.size();
  }

  @GuardedBy("lock")
  List<Actor> thoseOutside() {
    return actors.stream().filter(each -> each.state == Actor.State.OUTSIDE).toList();
  }

  /** The holder blocks where nobody told of it: the others go on. */
  @GuardedBy("lock")
  void isOutside(Actor who, String where) {
    who.state = Actor.State.OUTSIDE;
    outside.add("\"" + who.getName() + "\" " + where);
    decide();
  }
}
