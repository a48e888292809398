/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.AbstractQueuedLongSynchronizer;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;

/** Who holds a lock, how a tenure ends, and how a dead owner is known. {@link Sync} takes it. */
abstract class Tenure extends AbstractQueuedLongSynchronizer {

  /*
   * One word
   * --------
   * The synchronizer's state is a Word, and nothing else decides anything. What a word can become:
   *
   *   free            -> held by A once          A's lock: CAS
   *   held by A, n    -> held by A, n+1 or n-1   A's nested lock or unlock: CAS
   *   held by A, n    -> held by A, n, marked    A signals: CAS
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

  private static final AtomicReferenceFieldUpdater<Tenure, Side> SIDE =
      AtomicReferenceFieldUpdater.newUpdater(Tenure.class, Side.class, "side");

  /** What release is told. */
  static final long UNLOCK = 1;

  static final long ALL = 2;
  private static final long THEFT = 3;

  final LockConfig config;

  /** A second place for the diagnostic owner; see "Who is dead". */
  transient @Nullable Thread spare;

  /** Holds beyond the first, as its owner last knew; a hint. */
  transient int nesting;

  private transient volatile @Nullable Side side;

  Tenure(LockConfig config) {
    this.config = config;
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    setState(Word.FREE);
    Rehearsal.once();
  }

  // ---- giving back

  @Override
  protected final boolean tryRelease(long what) {
    Thread me = Thread.currentThread();
    if (what == UNLOCK && nesting == 0 && getExclusiveOwnerThread() == me) {
      try {
        setExclusiveOwnerThread(null); // before the CAS: after it, it would be the next one's
        if (compareAndSetState(Word.heldBy(me), Word.FREE)) {
          return true; // not marked, so nobody was signalled
        }
      } catch (StackOverflowError e) {
        spare = me;
        throw e;
      }
      spare = me; // it is the caller's still, until the slow way has given it back
    }
    return releaseSlowly(me, what);
  }

  private boolean releaseSlowly(Thread me, long what) {
    long id = ThreadIds.of(me);
    while (true) {
      long word = getState();
      if (Word.isFree(word) || Word.owner(word) != id) {
        throw Refusals.notMine(this, "unlock", me);
      }
      int holds = Word.holds(word);
      if (what == UNLOCK && (holds > 1 || Word.isReset(word))) {
        if (holds == 0) {
          throw Refusals.unlockInRecovery(this);
        }
        if (compareAndSetState(word, word - 1)) {
          try {
            nesting = Math.max(0, holds - 2);
            if (getExclusiveOwnerThread() != me) {
              setExclusiveOwnerThread(me); // a wrong guess has blanked it
            }
          } catch (StackOverflowError e) {
            spare = me;
          }
          return false;
        }
      } else {
        Side side = this.side;
        long free = side == null ? Word.FREE : freeWord(side);
        boolean freed;
        try {
          setExclusiveOwnerThread(null);
          spare = null;
          nesting = 0;
          freed = compareAndSetState(word, free);
        } catch (StackOverflowError e) {
          spare = me;
          throw e;
        }
        if (freed) {
          if (side != null) {
            if (Word.isKept(word)) {
              side.keepsNoMore(id);
            }
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

  /** By one who is about to signal: makes the end of its tenure, if it is one still, look. */
  final void markMine(Thread me) {
    long word = getState();
    if (!Word.isKept(word) && Word.owner(word) == ThreadIds.of(me)) {
      compareAndSetState(word, word | Word.MARK); // fails if the tenure was ended
    }
  }

  /** Gives everything back for a wait on a condition; says how much it was. */
  final int releaseAll(Thread me) {
    int holds = holdsOf(me);
    release(ALL);
    return holds;
  }

  final boolean isRefusing(Side side) {
    return side.inconsistent && config.policy == AbandonPolicy.REFUSE;
  }

  // ---- taking away

  /** Whether the word's owner is dead; false also if it is free, or its owner cannot be found. */
  final boolean isOwnerGone(long word) {
    Thread owner = Word.isFree(word) ? null : ownerOf(word);
    return owner != null && !owner.isAlive();
  }

  /** Ends the tenure of a dead owner; false if the owner is alive, or not known to be dead. */
  final boolean recoverIfGone(long word) {
    Thread owner = ownerOf(word);
    if (owner == null || owner.isAlive()) {
      return false;
    }
    Theft.end(this, word, owner, Theft.DEAD, null);
    return true;
  }

  /** By the thief of an abandoned lock. */
  final void tellNext(Side side, LostTenure lost) {
    if (config.onAbandoned != null && config.policy == AbandonPolicy.HEAL) {
      side.setPending(lost);
    }
  }

  /** The one step by which a tenure is taken away; what follows it belongs to {@link Theft}. */
  final boolean steal(long word, Thread thief) {
    if (!compareAndSetState(word, Word.of(ThreadIds.of(thief), 0, Word.RESET))) {
      return false;
    }
    setExclusiveOwnerThread(thief);
    nesting = 0;
    spare = null;
    return true;
  }

  final void freeAfterTheft() {
    release(THEFT);
  }

  /** Makes up for a wake-up that did not come to pass; one too many does no harm. */
  final void wakeFirst() {
    Side side = this.side;
    if (side != null) {
      side.wakeSignalled();
    }
    LockSupport.unpark(getFirstQueuedThread());
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
    return side == null || !Word.isKept(word) ? null : side.keepers.get(id);
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
      throw Refusals.notMine(this, verb, me);
    }
  }

  final String name() {
    return config.name.isEmpty()
        ? Texts.join("ResettableLock@", Integer.toHexString(System.identityHashCode(this)))
        : config.name;
  }

  // ---- looking after those who wait

  /**
   * For the watchdog: recovers a dead owner's lock; whether anybody still waits, or has had the
   * lock watched and is not in the queue yet.
   */
  final boolean tend() {
    long word = getState();
    if (!Word.isFree(word)) {
      recoverIfGone(word);
    }
    Side side = sideIfAny();
    return hasQueuedThreads() || (side != null && (side.hasWaits() || side.hasSignalled()));
  }

  /** Whether the lock is free although threads wait for it; they may just be on their way. */
  final boolean isStalled() {
    Side side = sideIfAny();
    return Word.isFree(getState()) && (hasQueuedThreads() || (side != null && side.hasSignalled()));
  }

  /** Who waits, the first in line first. */
  final List<Wait> waiters() {
    return Wait.inOrder(this, sideIfAny());
  }

  /** Who waits on a condition, for a signal. */
  final List<Thread> conditionWaiters() {
    Side side = sideIfAny();
    return side == null ? List.of() : side.conditionWaiters();
  }

  /** Whether nobody holds it, nobody waits for it, and nobody waits on a condition of it. */
  final boolean isIdle() {
    return Word.isFree(word())
        && !hasQueuedThreads()
        && waiters().isEmpty()
        && conditionWaiters().isEmpty();
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
    return null;
  }

  final int generation() {
    Side side = this.side;
    return side == null ? 0 : side.generation();
  }

  final long word() {
    return getState();
  }
}
