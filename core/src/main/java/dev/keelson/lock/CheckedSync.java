/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import javax.annotation.Nullable;

/**
 * A lock that is fair, or watched, or both. It is a class of its own so that the plain one asks for
 * neither.
 */
final class CheckedSync extends Sync {

  /*
   * Most often a thread takes a lock where it took it before, and nothing is recorded. Then the
   * lock's Position is true still, and beyond the plain lock's CAS there are a few comparisons of
   * fields and a store: no call that could fail in between, so that the chain can follow the CAS
   * instead of being ahead of it and having to be put right. Should the chain name locks that were
   * taken away meanwhile, it was checked for more than there is.
   *
   * An unlock that throws does not say what came of it: the chain is in doubt, and asks the words of
   * its locks before anything new is checked. That is also how a thread that was deprived, and hears
   * of it, cannot be ahead of the thief, who has yet to tell the checker.
   */

  private static final long serialVersionUID = 1;

  private final transient @Nullable LockWatch watch;

  /** The flight recorder's event of this tenure; its owner's. */
  private transient @Nullable Object holding;

  /**
   * Where a thread stood when it took this lock last, after a check that would be the same now: a
   * hint, written by owners without order. Null where more has to be done than that check.
   */
  private transient @Nullable Position known;

  CheckedSync(LockConfig config, @Nullable LockWatch watch) {
    super(config);
    this.watch = watch;
  }

  @Override
  @Nullable
  LockWatch watch() {
    return watch;
  }

  @Override
  boolean mayOvertake() {
    return !config.fair;
  }

  @Override
  void lock() {
    Thread me = Thread.currentThread();
    if (!takeAsBefore(me)) {
      lockWatched(me);
    }
  }

  /** At the place where the calling thread has taken it before, if it is free. */
  private boolean takeAsBefore(Thread me) {
    Position here = known;
    if (here == null
        || here.thread != ThreadIds.of(me)
        || here.chain.top != here.under
        || Flight.recordsHolds()
        || !compareAndSetState(Word.FREE, Word.heldBy(me))) {
      return false;
    }
    here.chain.top = here.number;
    try {
      setExclusiveOwnerThread(me);
    } catch (StackOverflowError e) {
      spare = me;
    }
    return true;
  }

  /** By its owner, who has just taken it there, and might have waited for it. */
  void remember(Position here) {
    if (known != here && !config.fair) {
      known = here; // a store of a reference costs the collector's barrier
    }
  }

  private void lockWatched(Thread me) {
    if (nest(me)) {
      return;
    }
    before(true);
    int how = REFUSED;
    try {
      how = quick(me) ? TAKEN : lockSlowly(me);
    } finally {
      after(how);
    }
  }

  @Override
  boolean tryLock() {
    Thread me = Thread.currentThread();
    if (takeAsBefore(me) || nest(me)) {
      return true;
    }
    before(false);
    int how = REFUSED;
    try {
      how = tryNow(me) ? TAKEN : REFUSED;
    } finally {
      after(how);
    }
    return how != REFUSED;
  }

  @Override
  void lockInterruptibly() throws InterruptedException {
    acquire(INTERRUPTIBLY, 0);
  }

  @Override
  boolean tryLock(long nanos) throws InterruptedException {
    return acquire(TIMED, nanos);
  }

  private boolean acquire(int waiting, long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Thread me = Thread.currentThread();
    if (takeAsBefore(me) || nest(me)) {
      return true;
    }
    before(true);
    int how = REFUSED;
    try {
      how = quick(me) ? TAKEN : slow(me, waiting, nanos);
    } finally {
      after(how);
    }
    return how != REFUSED;
  }

  private void before(boolean mayBlock) {
    if (watch != null) {
      watch.acquiring(mayBlock);
    }
  }

  private void after(int how) {
    if (watch == null) {
      return;
    }
    if (how == REFUSED) {
      watch.notAcquired();
      return;
    }
    try {
      Object event = Flight.holdBegins();
      if (event != null || holding != null) { // mostly neither: a store costs
        holding = event;
      }
      watch.acquired(how == WAITED);
      if (event != null) {
        known = null; // the event has to be ended
      }
    } catch (Throwable e) {
      // The stack's edge: it has the lock, and must not throw.
    }
  }

  @Override
  void unlock() {
    Position here = known;
    if (here == null || here.thread != ThreadIds.of(Thread.currentThread())) {
      unlockWatched();
      return;
    }
    HeldChain chain = here.chain;
    boolean free = false;
    try {
      free = release(UNLOCK);
      if (free && chain.top == here.number) {
        chain.top = here.under;
      } else if (free) {
        chain.drop(here.lock); // others were taken after it, or below it given back
      }
    } catch (Throwable e) {
      chain.losses = HeldChain.IN_DOUBT;
      if (!free) {
        throw e;
      }
    }
  }

  private void unlockWatched() {
    if (watch != null && holdsOf(Thread.currentThread()) <= 1) {
      watch.releasing();
      Flight.holdEnds(holding, config.name);
    }
    super.unlock();
  }

  @Override
  void waited(boolean onCondition) {
    if (onCondition) {
      after(WAITED); // the acquisitions of this class say it themselves
    }
  }

  @Override
  void beforeWait() {
    if (watch != null) {
      watch.awaiting();
      Flight.holdEnds(holding, config.name);
    }
  }
}
