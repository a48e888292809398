/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.AbstractQueuedLongSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * The lock itself, without its face: who holds it, who waits, and what happens when the holder is
 * gone. This class is the lock that is neither fair nor watched; {@link CheckedSync} is the rest.
 */
class Sync extends AbstractQueuedLongSynchronizer {

  /*
   * One word
   * --------
   * The synchronizer's state is a Word, and nothing else decides anything. What a word can become:
   *
   *   free            -> held by A once          A's lock: CAS
   *   held by A, n    -> held by A, n+1 or n-1   A's nested lock or unlock: CAS
   *   held by A, once -> free                    A's last unlock, or its await: CAS
   *   held by A, n    -> RESET by R              R ends A's tenure (A is dead, or R has force): CAS
   *   RESET by R      -> free                    R is done
   *   RESET by R      -> RESET by T              R died meanwhile: CAS
   *   free, marked    -> RESET by R              R repairs what a dead owner left: CAS
   *
   * Only A makes words that name A, except that R may unmake one. So a word that A has read and that
   * names A is A's tenure still, if it is still the word: the CAS in unlock cannot free a later
   * tenure of somebody else, which a plain store would (A is delayed before it; R resets; B locks; A
   * stores). For the same reason the holds are in the word: a plain count, written by a delayed A,
   * would land in B's tenure.
   *
   * Taking a tenure away leads through RESET, not straight to free. While R stands in the word nobody
   * gets in, so that the generation, the history and a Recovery are done between two tenures; and if
   * R dies there, the word says so, and the next one ends R's tenure like any other.
   *
   * Who is dead
   * -----------
   * Dead means: the word was read, then its owner's isAlive() was false, then the CAS found that very
   * word. A dead thread cannot change the word in between, and an owner that unlocks and then dies
   * has changed it before. The Thread is found by the diagnostic owner (exclusiveOwnerThread, which
   * also tells jstack and JMX), believed only if its id is that in the word: a delayed thread may
   * write it in somebody else's tenure. Two things could make a dead owner unknown for good:
   *
   *   - The stack ends between the CAS and the call that stores the owner. The handler stores into
   *     `spare` instead, which takes no call.
   *   - A live thread was deprived by force and is delayed inside lock or unlock. Until it is seen
   *     again, words are marked, and owners are also kept in Side.keepers (see Side.strays).
   *
   * Hints
   * -----
   * Reading the word before each CAS costs more than the rest of lock and unlock together. So lock
   * guesses that the word is FREE unless the diagnostic owner is the caller, and unlock guesses that
   * it is the caller's, once, if the diagnostic owner is the caller and `nesting` is 0. A wrong guess
   * costs a failed CAS and takes the path that reads; both fields may be wrong at any time.
   *
   * The stack's edge
   * ----------------
   * A StackOverflowError in the middle of queueing would leave a node that swallows the next wake-up,
   * so slow paths ask for room first (StackRoom). Between unlock's CAS and the wake-up of the next in
   * line nothing can be asked for without a price for every unlock; there the Watchdog, which looks
   * after every lock that threads wait for, finds a free lock with a parked head and wakes it.
   */

  private static final long serialVersionUID = 1;

  private static final AtomicReferenceFieldUpdater<Sync, Side> SIDE =
      AtomicReferenceFieldUpdater.newUpdater(Sync.class, Side.class, "side");

  // What acquire is told: the holds in the low 15 bits, and
  /** ... what a condition's waiter gave away: not refused, and not sent away. */
  private static final long KEEP = 1L << 15;

  /** ... that the queue was never entered, so that nobody can be sent away. */
  private static final long NOW = 1L << 16;

  /** ... by which evictions the queue was entered, from this bit on. */
  private static final int EPOCH_SHIFT = 32;

  private static final long ONCE = 1;

  // What release is told.
  private static final long UNLOCK = 1;
  private static final long ALL = 2;
  private static final long THEFT = 3;

  /** How slow() waits. */
  static final int FOREVER = 0;

  static final int INTERRUPTIBLY = 1;
  static final int TIMED = 2;

  /** What slow() says. */
  static final int REFUSED = 0;

  static final int TAKEN = 1;
  static final int WAITED = 2;

  final LockConfig config;

  /** A second place for the diagnostic owner; see "Who is dead". */
  private transient @Nullable Thread spare;

  /** Holds beyond the first, as its owner last knew; a hint. */
  private transient int nesting;

  private transient volatile @Nullable Side side;

  Sync(LockConfig config) {
    this.config = config;
  }

  static Sync of(LockConfig config, @Nullable LockWatch watch) {
    return config.fair || watch != null ? new CheckedSync(config, watch) : new Sync(config);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    setState(Word.FREE);
    Rehearsal.once();
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
      throw tooManyHolds(me);
    }
    if (!compareAndSetState(word, word + 1)) {
      return false; // taken away in between: what follows is a first hold
    }
    nesting = holds;
    return true;
  }

  private Error tooManyHolds(Thread me) {
    return new Error(
        Texts.join(
            "Maximum lock count exceeded: thread \"",
            me.getName(),
            "\" has taken ",
            name(),
            " ",
            Word.MAX_HOLDS,
            " times without unlocking it (generation ",
            generation(),
            "); look for a lock() without its unlock() in a loop or a recursion"));
  }

  /** Past the queue, also where fairness counts, as ReentrantLock's tryLock. */
  final boolean tryNow(Thread me) {
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
    Side known = side;
    long arg = ONCE | (long) (known == null ? 0 : known.evictions()) << EPOCH_SHIFT;
    if (tryAcquire(arg)) {
      settle();
      return TAKEN;
    }
    if (how == TIMED && nanos <= 0) {
      return REFUSED;
    }
    Wait wait = queued(me, false);
    try {
      if (how == FOREVER) {
        acquire(arg);
      } else if (how == INTERRUPTIBLY) {
        acquireInterruptibly(arg);
      } else if (!tryAcquireNanos(arg, nanos)) {
        return REFUSED;
      }
    } catch (LockResetException e) {
      if (how == TIMED) {
        return REFUSED;
      }
      throw e;
    } finally {
      wait.done = true;
    }
    settle();
    return WAITED;
  }

  /** Gives a condition's waiter back what it gave away; throws nothing but Errors. */
  final void reacquire(int holds) {
    Thread me = Thread.currentThread();
    if (!attempt(me, KEEP | holds, false)) {
      Wait wait = queued(me, true);
      try {
        acquire(KEEP | holds);
      } finally {
        wait.done = true;
      }
    }
    settle();
  }

  private Wait queued(Thread me, boolean reacquires) {
    Side side = side();
    Wait wait = side.waits(me, reacquires);
    Watchdog.watch(this, side);
    return wait;
  }

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
      if (!Word.isFree(word)) {
        if (!recoverIfGone(word)) {
          return false;
        }
      } else {
        Side side = this.side;
        boolean keeps = (arg & KEEP) != 0;
        if (!keeps && side != null) {
          refuseIfSentAway(side, arg);
          refuseIfAbandoned(side);
        }
        if (!overtaking && hasQueuedPredecessors()) {
          return false;
        }
        if (take(me, word, (int) (arg & Word.MAX_HOLDS), side)) {
          if (!keeps) {
            leaveIfSentAway(arg);
          }
          return true;
        }
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

  private void refuseIfSentAway(Side side, long arg) {
    if (isSentAway(side, arg)) {
      throw sentAway(side);
    }
  }

  LockResetException sentAway(Side side) {
    return new LockResetException(
        Texts.join(
            "everybody who waited for ",
            name(),
            " was sent away (generation ",
            side.generation(),
            "): ",
            side.evictReason,
            "; lock again if you still need it"));
  }

  private void refuseIfAbandoned(Side side) {
    if (isRefusing(side)) {
      throw abandoned(side);
    }
  }

  final boolean isRefusing(Side side) {
    return side.inconsistent && config.policy == AbandonPolicy.REFUSE;
  }

  AbandonedLockException abandoned(Side side) {
    LostTenure lost = side.lastLost();
    return new AbandonedLockException(
        Texts.join(
            name(),
            " was left behind and what it guards was not repaired (",
            lost == null ? "no record" : lost,
            "); call recover(Recovery), or build the lock with HEAL"),
        lost);
  }

  /**
   * Closes this: the evictions were read, then everybody was sent away and the lock freed, then the
   * lock was taken, by one who should have gone. Evictions are counted before the lock is freed, so
   * that it is seen now.
   */
  private void leaveIfSentAway(long arg) {
    Side side = this.side;
    if (side != null && isSentAway(side, arg)) {
      Thread me = Thread.currentThread();
      if (isHeldBy(me)) {
        release(ALL);
      }
      throw sentAway(side);
    }
  }

  /** Every time a thread comes by that does not hold the lock and is between no two steps. */
  private void meet(Thread me) {
    Side side = this.side;
    if (side != null && !side.strays.isEmpty()) {
      long id = ThreadIds.of(me);
      if (side.strays.remove(id) != null && config.strict) {
        throw lost("lock", me, side.lostBy(id));
      }
    }
  }

  /** After an acquisition that looked into the side: the news that goes with it. */
  private void settle() {
    Side side = this.side;
    LostTenure news = side == null ? null : side.takePending();
    Consumer<? super LostTenure> listener = config.onAbandoned;
    if (news != null && listener != null) {
      try {
        listener.accept(news);
      } catch (Throwable e) { // thrown from lock(), it would leave the lock locked
        Complaints.aboutCallback(name(), e);
      }
    }
  }

  // ---- giving back

  void unlock() {
    release(UNLOCK);
  }

  @Override
  protected final boolean tryRelease(long what) {
    Thread me = Thread.currentThread();
    if (what == UNLOCK && nesting == 0 && getExclusiveOwnerThread() == me) {
      try {
        setExclusiveOwnerThread(null); // before the CAS: after it, it would be the next one's
        if (compareAndSetState(Word.heldBy(me), Word.FREE)) {
          Side side = this.side;
          if (side != null) {
            side.wakeSignalled();
          }
          return true;
        }
      } catch (StackOverflowError e) {
        spare = me;
        throw e;
      }
    }
    return releaseSlowly(me, what);
  }

  private boolean releaseSlowly(Thread me, long what) {
    long id = ThreadIds.of(me);
    while (true) {
      long word = getState();
      if (Word.isFree(word) || Word.owner(word) != id) {
        throw notMine("unlock", me);
      }
      int holds = Word.holds(word);
      if (what == UNLOCK && (holds > 1 || Word.isReset(word))) {
        if (holds == 0) {
          throw new IllegalMonitorStateException(
              Texts.join("unlock without lock inside the recovery of ", name()));
        }
        if (compareAndSetState(word, word - 1)) {
          nesting = Math.max(0, holds - 2);
          if (getExclusiveOwnerThread() != me) {
            setExclusiveOwnerThread(me); // a wrong guess has blanked it
          }
          return false;
        }
      } else {
        Side side = this.side;
        setExclusiveOwnerThread(null);
        spare = null;
        nesting = 0;
        if (compareAndSetState(word, side == null ? Word.FREE : freeWord(side))) {
          if (side != null) {
            side.keepers.remove(id);
            side.wakeSignalled();
          }
          return true;
        }
      }
    }
  }

  /** What to leave behind; only the caller could change it, as it has the lock. */
  private long freeWord(Side side) {
    boolean marked = side.isPending() || isRefusing(side) || side.hasStrays();
    return marked ? Word.MARK : Word.FREE;
  }

  /** Gives everything back for a wait on a condition; says how much it was. */
  final int releaseAll(Thread me) {
    int holds = holdsOf(me);
    release(ALL);
    return holds;
  }

  /** Before the caller, who has the lock, gives it back to wait on a condition. */
  final void checkMayWait() {
    checkMine("await");
    if (Word.isReset(getState())) {
      throw new IllegalMonitorStateException(
          Texts.join(
              "await inside the recovery of ",
              name(),
              ": nobody could get in to signal; return",
              " from the Recovery first"));
    }
    beforeWait();
  }

  void beforeWait() {}

  /** A signal was spent on it: it is woken when the lock is given back. */
  final void signalled(Waiter waiter) {
    Side side = side();
    side.push(waiter);
    if (!isHeldBy(Thread.currentThread())) {
      side.wakeSignalled(); // deprived since the check: the release to come has been
    } else {
      Watchdog.watch(this, side); // an owner that dies now would leave it parked
    }
  }

  // ---- taking away

  /** Whether the word's owner is dead; false also if it is free, or its owner cannot be found. */
  final boolean isOwnerGone(long word) {
    Thread owner = Word.isFree(word) ? null : ownerOf(word);
    return owner != null && !owner.isAlive();
  }

  /** Ends the tenure of a dead owner; false if the owner is alive, or not known to be dead. */
  private boolean recoverIfGone(long word) {
    Thread owner = ownerOf(word);
    if (owner == null || owner.isAlive()) {
      return false;
    }
    end(word, owner, "its owner is dead", null);
    return true;
  }

  final ResetOutcome recover(@Nullable Recovery recovery) {
    StackRoom.ensure();
    while (true) {
      long word = getState();
      if (Word.isFree(word)) {
        ResetOutcome outcome = recovery == null ? ResetOutcome.NOT_HELD : repair(word, recovery);
        if (outcome != null) {
          return outcome;
        }
      } else {
        Thread owner = ownerOf(word);
        if (owner == null || owner.isAlive()) {
          return ResetOutcome.NOT_GONE;
        }
        LostTenure lost = end(word, owner, "its owner is dead", recovery);
        if (lost != null) {
          return new ResetOutcome(ResetOutcome.Kind.RELEASED, lost);
        }
      }
    }
  }

  final ResetOutcome reset(@Nullable Force force, String reason, @Nullable Recovery recovery) {
    StackRoom.ensure();
    while (true) {
      long word = getState();
      if (Word.isFree(word)) {
        ResetOutcome outcome = recovery == null ? ResetOutcome.NOT_HELD : repair(word, recovery);
        if (outcome != null) {
          return outcome;
        }
      } else {
        Thread owner = ownerOf(word);
        boolean mine = Word.owner(word) == ThreadIds.of(Thread.currentThread());
        if (owner == null || owner.isAlive()) {
          if (Word.isReset(word)) {
            return inRecovery(mine);
          }
          if (force == null && !mine && getState() == word) {
            throw refused("reset", word, owner);
          }
        }
        if (force != null || mine || (owner != null && !owner.isAlive())) {
          LostTenure lost = end(word, owner, reason, recovery);
          if (lost != null) {
            return new ResetOutcome(ResetOutcome.Kind.RELEASED, lost);
          }
        }
      }
    }
  }

  private ResetOutcome inRecovery(boolean mine) {
    if (mine) {
      throw new IllegalStateException(
          Texts.join(
              name(), " is being recovered by this very call; return from the Recovery instead"));
    }
    return ResetOutcome.NOT_HELD; // whose tenure it was has been ended already
  }

  private IllegalStateException refused(String verb, long word, @Nullable Thread owner) {
    return new IllegalStateException(
        Texts.join(
            verb,
            " of ",
            name(),
            " refused: its owner, thread \"",
            owner == null ? "?" : owner.getName(),
            "\" (id ",
            Word.owner(word),
            "), is alive (generation ",
            generation(),
            "); wait for it, or say Force.YES and accept"
                + " that what the lock guards is seen half done"));
  }

  final ResetOutcome evict(@Nullable Force force, String reason) {
    StackRoom.ensure();
    Side side = side();
    long word = getState();
    Thread owner = Word.isFree(word) ? null : ownerOf(word);
    boolean mine = Word.owner(word) == ThreadIds.of(Thread.currentThread());
    boolean live = !Word.isFree(word) && (owner == null || owner.isAlive());
    if (live && Word.isReset(word) && mine) {
      return inRecovery(true);
    }
    if (live && force == null && !mine && !Word.isReset(word) && getState() == word) {
      throw refused("evict", word, owner);
    }
    side.evictAll(reason);
    ResetOutcome outcome = ResetOutcome.NOT_HELD;
    try {
      outcome = reset(force, reason, null);
    } catch (IllegalStateException e) {
      // Somebody new has come meanwhile, after those who were sent away.
    }
    wakeFirst();
    return outcome;
  }

  /** Repairs a lock that is free and inconsistent. Null: look again. */
  private @Nullable ResetOutcome repair(long free, Recovery recovery) {
    Side side = this.side;
    if (side == null || !side.inconsistent) {
      return ResetOutcome.NOT_HELD;
    }
    LostTenure lost = side.lastLost();
    Thread me = Thread.currentThread();
    if (lost == null || !compareAndSetState(free, Word.of(ThreadIds.of(me), 0, Word.RESET))) {
      return null;
    }
    setExclusiveOwnerThread(me);
    side.takePending();
    repairAndFree(side, recovery, lost);
    return new ResetOutcome(ResetOutcome.Kind.REPAIRED, lost);
  }

  /**
   * Ends the tenure that {@code word} is; null if that is no longer the word. All that can fail is
   * done before the CAS.
   */
  private @Nullable LostTenure end(
      long word, @Nullable Thread owner, String reason, @Nullable Recovery recovery) {
    StackRoom.ensure();
    Side side = side();
    Thread me = Thread.currentThread();
    long id = ThreadIds.of(me);
    boolean alive = owner == null || owner.isAlive();
    LostTenure[] history = side.longer();
    LostTenure lost =
        new LostTenure(
            name(),
            owner == null ? "?" : owner.getName(),
            Word.owner(word),
            alive,
            Word.holds(word),
            side.generation() + 1,
            me.getName(),
            reason);
    LockWatch watch = watch();
    if (!compareAndSetState(word, Word.of(id, 0, Word.RESET))) {
      return null; // unlocked, or taken away by somebody else, since the word was read
    }
    setExclusiveOwnerThread(me);
    nesting = 0;
    spare = null;
    side.ended(lost, history);
    if (alive && owner != null && owner != me) {
      side.strays.put(lost.ownerId(), owner);
    } else if (!alive) {
      side.keepers.remove(lost.ownerId());
    }
    if (watch != null) {
      watch.resetBy();
    }
    if (recovery != null) {
      repairAndFree(side, recovery, lost);
    } else {
      if (!alive) {
        side.inconsistent = true;
        if (config.onAbandoned != null && config.policy == AbandonPolicy.HEAL) {
          side.setPending(lost);
        }
      }
      release(THEFT);
    }
    Flight.ended(lost, config.policy);
    return lost;
  }

  private void repairAndFree(Side side, Recovery recovery, LostTenure lost) {
    side.inconsistent = true;
    try {
      recovery.repair(lost);
      side.inconsistent = false;
    } finally {
      release(THEFT);
    }
  }

  // ---- looking after those who wait

  /** For the watchdog: recovers a dead owner's lock; whether anybody still waits. */
  final boolean tend() {
    long word = getState();
    if (!Word.isFree(word)) {
      recoverIfGone(word);
    }
    Side side = this.side;
    return hasQueuedThreads() || (side != null && side.hasSignalled());
  }

  /** Whether the lock is free although threads wait for it; they may just be on their way. */
  final boolean isStalled() {
    Side side = this.side;
    return Word.isFree(getState()) && (hasQueuedThreads() || (side != null && side.hasSignalled()));
  }

  /** Makes up for a wake-up that did not come to pass; one too many does no harm. */
  final void wakeFirst() {
    Side side = this.side;
    if (side != null) {
      side.wakeSignalled();
    }
    LockSupport.unpark(getFirstQueuedThread());
  }

  /** Who waits, the first in line first, those who were signalled and not woken yet at the end. */
  final List<Wait> waiters() {
    IdentityHashMap<Thread, Wait> known = new IdentityHashMap<>();
    Side side = this.side;
    for (Wait wait = side == null ? null : side.waits(); wait != null; wait = wait.next) {
      if (!wait.done) {
        known.put(wait.thread, wait);
      }
    }
    List<Wait> waiters = new ArrayList<>();
    for (Thread thread : getQueuedThreads()) {
      Wait wait = known.get(thread);
      waiters.add(wait == null ? new Wait(thread, false) : wait);
    }
    Collections.reverse(waiters); // the synchronizer looks from the end of its queue
    List<Thread> signalled = side == null ? List.of() : side.signalled();
    for (int i = signalled.size() - 1; i >= 0; i--) {
      waiters.add(new Wait(signalled.get(i), true));
    }
    return waiters;
  }

  // ---- who

  /** The thread that a held word names, if it can be found. */
  final @Nullable Thread ownerOf(long word) {
    long id = Word.owner(word);
    Thread candidate = getExclusiveOwnerThread();
    if (candidate != null && ThreadIds.of(candidate) == id) {
      return candidate;
    }
    candidate = spare;
    if (candidate != null && ThreadIds.of(candidate) == id) {
      return candidate;
    }
    Side side = this.side;
    return side == null ? null : side.keepers.get(id);
  }

  final boolean isHeldBy(Thread thread) {
    long word = getState();
    return !Word.isFree(word) && Word.owner(word) == ThreadIds.of(thread);
  }

  final int holdsOf(Thread thread) {
    long word = getState();
    return Word.isFree(word) || Word.owner(word) != ThreadIds.of(thread) ? 0 : Word.holds(word);
  }

  @Override
  protected final boolean isHeldExclusively() {
    return isHeldBy(Thread.currentThread());
  }

  /** Throws what is due to one who uses the lock without having it. */
  final void checkMine(String verb) {
    Thread me = Thread.currentThread();
    if (!isHeldBy(me)) {
      throw notMine(verb, me);
    }
  }

  private IllegalMonitorStateException notMine(String verb, Thread me) {
    Side side = this.side;
    if (side != null) {
      long id = ThreadIds.of(me);
      LostTenure lost = side.lostBy(id);
      side.strays.remove(id); // it knows now
      side.keepers.remove(id);
      if (lost != null) {
        return lost(verb, me, lost);
      }
    }
    long word = getState();
    Thread owner = Word.isFree(word) ? null : ownerOf(word);
    return new IllegalMonitorStateException(
        Texts.join(
            verb,
            " by thread \"",
            me.getName(),
            "\", which does not hold ",
            name(),
            " (generation ",
            generation(),
            "); it is ",
            owner == null
                ? Word.isFree(word) ? "free" : "held by another thread"
                : Texts.join("held by thread \"", owner.getName(), "\""),
            "; lock it first, and unlock as often as you have locked"));
  }

  private LockOwnershipLostException lost(String verb, Thread me, @Nullable LostTenure lost) {
    if (lost == null) {
      lost =
          new LostTenure(name(), me.getName(), ThreadIds.of(me), true, 0, generation(), "?", "?");
    }
    return new LockOwnershipLostException(
        Texts.join(
            verb,
            " by thread \"",
            me.getName(),
            "\", which has lost the lock: ",
            lost,
            "; do not trust what it did since then, and lock again to go on"),
        lost);
  }

  final String name() {
    return config.name.isEmpty()
        ? Texts.join("ResettableLock@", Integer.toHexString(System.identityHashCode(this)))
        : config.name;
  }

  // ---- rehearsed

  /** As if that thread had locked it. */
  final void lockAs(Thread owner) {
    setState(Word.heldBy(owner));
    setExclusiveOwnerThread(owner);
  }

  /** Queues behind an owner that nobody knows, and leaves at once. */
  final void queueAndLeave() {
    setState(Word.of(Long.MAX_VALUE >>> 17, 1, 0));
    boolean taken = true;
    try {
      taken = tryAcquireNanos(ONCE | (long) side().evictions() << EPOCH_SHIFT, 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    setState(Word.FREE);
    if (taken) {
      throw new AssertionError("a lock was taken that is held");
    }
  }

  // ---- the side

  final @Nullable Side sideIfAny() {
    return side;
  }

  final Side side() {
    Side present = side;
    if (present == null) {
      Side made = new Side();
      present = SIDE.compareAndSet(this, null, made) ? made : side;
    }
    return Objects.requireNonNull(present);
  }

  @Nullable
  LockWatch watch() {
    Side side = this.side;
    return side == null ? null : side.watch;
  }

  final int generation() {
    Side side = this.side;
    return side == null ? 0 : side.generation();
  }

  final long word() {
    return getState();
  }
}
