/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.StackRoom;
import dev.keelson.spi.SchedulePoints;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * The lock itself, without its face: how it is taken. How its word changes, and which race each
 * step closes, is told in {@link Tenure}. This class is the lock that is neither fair nor watched;
 * {@link CheckedSync} is the rest.
 */
class Sync extends Tenure {

  private static final long serialVersionUID = 1;

  // What acquire is told: the holds in the low 15 bits, and
  /** ... what a condition's waiter gave away: not refused, and not sent away. */
  private static final long KEEP = 1L << 15;

  /** ... that the queue was never entered, so that nobody can be sent away. */
  private static final long NOW = 1L << 16;

  /** ... by which evictions the queue was entered, from this bit on. */
  static final int EPOCH_SHIFT = 32;

  static final long ONCE = 1;

  /** How slow() waits. */
  static final int FOREVER = 0;

  static final int INTERRUPTIBLY = 1;
  static final int TIMED = 2;

  private static final boolean SEVERAL_PROCESSORS = Runtime.getRuntime().availableProcessors() > 1;

  /** How often, and how far apart, to look before a wait in the queue. */
  private static final int LOOKS = 4;

  private static final long BETWEEN_LOOKS = TimeUnit.MICROSECONDS.toNanos(5);

  private static final long SHORT_OF_MEMORY = TimeUnit.MILLISECONDS.toNanos(1);

  /** What slow() says. */
  static final int REFUSED = 0;

  static final int TAKEN = 1;
  static final int WAITED = 2;

  Sync(LockConfig config) {
    super(config);
  }

  static Sync of(LockConfig config, @Nullable LockWatch watch) {
    return config.fair || watch != null ? new CheckedSync(config, watch) : new Sync(config);
  }

  // ---- taking

  void lock() {
    Thread me = Thread.currentThread();
    if (getExclusiveOwnerThread() != me && compareAndSetState(Word.FREE, Word.heldBy(me))) {
      try {
        setExclusiveOwnerThread(me);
      } catch (StackOverflowError e) {
        spare = me; // no call from here to the caller's try
      }
    } else if (!nest(me)) {
      lockSlowly(me);
    }
  }

  boolean tryLock() {
    Thread me = Thread.currentThread();
    if (getExclusiveOwnerThread() != me && compareAndSetState(Word.FREE, Word.heldBy(me))) {
      try {
        setExclusiveOwnerThread(me);
      } catch (StackOverflowError e) {
        spare = me;
      }
      return true;
    }
    return nest(me) || tryNow(me);
  }

  void lockInterruptibly() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Thread me = Thread.currentThread();
    if (!quick(me)) {
      slow(me, INTERRUPTIBLY, 0);
    }
  }

  boolean tryLock(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Thread me = Thread.currentThread();
    return quick(me) || slow(me, TIMED, nanos) != REFUSED;
  }

  /** Without a wait, and without passing those who were first where that counts. */
  final boolean quick(Thread me) {
    if ((mayOvertake() || !hasQueuedThreads()) && compareAndSetState(Word.FREE, Word.heldBy(me))) {
      try {
        setExclusiveOwnerThread(me);
      } catch (StackOverflowError e) {
        spare = me;
      }
      return true;
    }
    return nest(me);
  }

  /** Once more, if it is the caller's already. */
  final boolean nest(Thread me) {
    long word = getState();
    if (Word.isFree(word) || Word.owner(word) != ThreadIds.of(me)) {
      return false;
    }
    int holds = Word.holds(word);
    if (holds == Word.MAX_HOLDS) {
      throw Refusals.tooManyHolds(this, me);
    }
    if (!compareAndSetState(word, word + 1)) {
      return false; // taken away in between: what follows is a first hold
    }
    nesting = holds;
    return true;
  }

  /** Past the queue, also where fairness counts, as ReentrantLock's tryLock. */
  final boolean tryNow(Thread me) {
    long word = word();
    if (!Word.isFree(word) && !isOwnerGone(word)) {
      return false;
    }
    StackRoom.ensure();
    meet(me);
    if (!attempt(me, NOW | ONCE, true)) {
      return false;
    }
    settle();
    return true;
  }

  final int lockSlowly(Thread me) {
    try {
      return slow(me, FOREVER, 0);
    } catch (InterruptedException e) {
      throw new AssertionError("this wait is not interruptible", e);
    }
  }

  /** Every acquisition that did not succeed at once. */
  final int slow(Thread me, int how, long nanos) throws InterruptedException {
    StackRoom.ensure();
    meet(me);
    Side known = sideIfAny();
    long arg = ONCE | (long) (known == null ? 0 : known.evictions()) << EPOCH_SHIFT;
    try {
      boolean patient = how != TIMED || nanos > 0;
      if (tryAcquire(arg) || (patient && comesSoon(arg))) {
        settle();
        return TAKEN;
      }
      if (!patient || !queue(me, arg, how, nanos)) {
        return REFUSED;
      }
    } catch (LockResetException e) {
      if (how == TIMED) {
        return REFUSED;
      }
      throw e;
    }
    settle();
    if (AcquisitionSite.contended()) {
      side().site = AcquisitionSite.orNull();
    }
    waited(false);
    return WAITED;
  }

  /**
   * Whether the lock can be had within the time that a wait in the queue costs at least: two
   * switches. The looks are few, as each takes the word's cache line from the owner, and they pass
   * those who are queued, as every arrival may.
   */
  private boolean comesSoon(long arg) {
    if (!SEVERAL_PROCESSORS || !mayOvertake() || SchedulePoints.controlled()) {
      return false;
    }
    for (int look = 0; look < LOOKS; look++) {
      long began = System.nanoTime();
      while (System.nanoTime() - began < BETWEEN_LOOKS) {
        Thread.onSpinWait();
      }
      if (tryAcquire(arg)) {
        return true;
      }
    }
    return false;
  }

  /** False if the time was over. */
  private boolean queue(Thread me, long arg, int how, long nanos) throws InterruptedException {
    Side side = side();
    Wait wait = side.waits(me, (arg & KEEP) != 0);
    try {
      Watchdog.watch(this, side);
      long left = SchedulePoints.controlled() ? awaitFree(how, nanos) : nanos;
      if (how == FOREVER) {
        acquire(arg);
      } else if (how == INTERRUPTIBLY) {
        acquireInterruptibly(arg);
      } else {
        return tryAcquireNanos(arg, left);
      }
      return true;
    } finally {
      wait.done = true;
    }
  }

  /**
   * Where a schedule decides who goes on, nobody enters the queue before the lock can be had, and
   * it is the schedule that hands it over. Says what is left of the time.
   */
  private long awaitFree(int how, long nanos) {
    long began = SchedulePoints.nanoTime();
    long most = how == TIMED ? nanos : Long.MAX_VALUE;
    SchedulePoints.await("lock.queued", this::canBeHad, most, how != FOREVER);
    return nanos - (SchedulePoints.nanoTime() - began);
  }

  private boolean canBeHad() {
    long word = getState();
    return Word.isFree(word) || isOwnerGone(word);
  }

  /** Gives a condition's waiter back what it gave away; throws nothing but Errors. */
  final void reacquire(int holds) {
    Thread me = Thread.currentThread();
    while (true) {
      try {
        if (attempt(me, KEEP | holds, false) || queue(me, KEEP | holds, FOREVER, 0)) {
          break;
        }
      } catch (InterruptedException e) {
        throw new AssertionError("this wait is not interruptible", e);
      } catch (OutOfMemoryError e) {
        awaitMemory(); // it cannot leave without the lock
      }
    }
    settle();
    waited(true);
  }

  private void awaitMemory() {
    try {
      LockSupport.parkNanos(this, SHORT_OF_MEMORY);
    } catch (OutOfMemoryError e) {
      Thread.onSpinWait(); // JDK 21's virtual threads take some to park; the caller tries again
    }
  }

  /** Has the lock after a wait in the queue, or on a condition. */
  void waited(boolean onCondition) {}

  @Override
  protected final boolean tryAcquire(long arg) {
    return attempt(Thread.currentThread(), arg, mayOvertake());
  }

  /** Whether somebody who arrives may take a free lock for which others wait. */
  boolean mayOvertake() {
    return true;
  }

  private boolean attempt(Thread me, long arg, boolean overtaking) {
    while (true) {
      long word = getState();
      Side side = sideIfAny();
      boolean keeps = (arg & KEEP) != 0;
      if (!Word.isFree(word)) {
        if (!keeps && side != null && isSentAway(side, arg)) {
          throw Refusals.sentAway(this, side); // whoever has it: a newcomer may have it for long
        }
        if (!recoverIfGone(word)) {
          return false;
        }
      } else {
        if (!keeps && side != null) {
          refuseIfUnwanted(side, arg);
        }
        if (!overtaking && hasQueuedPredecessors()) {
          return false;
        }
        if (!take(me, word, (int) (arg & Word.MAX_HOLDS), side)) {
          return false; // somebody else has taken it: another look would only hinder that one
        }
        if (!keeps) {
          leaveIfUnwanted(me, arg);
        }
        return true;
      }
    }
  }

  private boolean take(Thread me, long free, int holds, @Nullable Side side) {
    long id = ThreadIds.of(me);
    long flags = 0;
    if (side != null && Word.isMarked(free)) {
      flags = Word.MARK;
      side.keepers.put(id, me);
    }
    if (!compareAndSetState(free, Word.of(id, holds, flags))) {
      if (flags != 0 && side != null) {
        side.keepers.remove(id);
      }
      return false;
    }
    try {
      setExclusiveOwnerThread(me);
    } catch (StackOverflowError e) {
      spare = me;
    }
    nesting = holds - 1;
    return true;
  }

  private static boolean isSentAway(Side side, long arg) {
    return (arg & NOW) == 0 && arg >>> EPOCH_SHIFT != side.evictions();
  }

  private void refuseIfUnwanted(Side side, long arg) {
    if (isSentAway(side, arg)) {
      throw Refusals.sentAway(this, side);
    }
    if (isRefusing(side)) {
      throw Refusals.abandoned(this, side);
    }
  }

  /**
   * Closes this: the caller was not unwanted, then everybody was sent away and the lock freed, or
   * it was abandoned, then the caller took it. Both are written down before the lock is freed, so
   * that they are seen now.
   */
  private void leaveIfUnwanted(Thread me, long arg) {
    Side side = sideIfAny();
    if (side == null) {
      return;
    }
    boolean wanted = false;
    try {
      refuseIfUnwanted(side, arg); // once: what it found may be repaired as soon as this lets go
      wanted = true;
    } finally {
      if (!wanted && isHeldBy(me)) {
        release(ALL);
      }
    }
  }

  /** Every time a thread comes by that does not hold the lock and is between no two steps. */
  private void meet(Thread me) {
    Side side = sideIfAny();
    if (side != null && !side.isSpotless()) {
      long id = ThreadIds.of(me);
      long word = word();
      LostTenure unwritten = side.takeUnwritten(word, id);
      boolean stray = side.strays.remove(id) != null;
      if (stray || unwritten != null) {
        side.owe(id, me);
        if (config.strict) {
          LostTenure lost = unwritten == null ? side.lostBy(word, id) : unwritten;
          throw Refusals.lost(this, "lock", me, lost);
        }
      }
    }
  }

  /** After an acquisition that looked into the side: the news that goes with it. */
  private void settle() {
    Side side = sideIfAny();
    LostTenure news = side == null ? null : side.takePending();
    Consumer<? super LostTenure> listener = config.onAbandoned;
    if (news != null && listener != null) {
      try {
        listener.accept(news);
      } catch (Throwable e) { // thrown from lock(), it would leave the lock locked
        complain(e);
      }
    }
  }

  private void complain(Throwable thrown) {
    try {
      Daemons.complain(
          Sync.class,
          Texts.join("onAbandoned of ", name(), " threw; the lock was acquired all the same"),
          thrown);
    } catch (RuntimeException | Error e) {
      // A text that cannot be put together must not keep a lock locked.
    }
  }

  void unlock() {
    release(UNLOCK);
  }

  // ---- conditions

  /** Before the caller, who has the lock, gives it back to wait on a condition. */
  final void checkMayWait() {
    checkMine("await");
    long word = getState();
    if (Word.isReset(word)
        && Word.owner(word) == ThreadIds.of(Thread.currentThread())) { // no thief
      throw Refusals.awaitInRecovery(this);
    }
    beforeWait();
  }

  void beforeWait() {}
}
