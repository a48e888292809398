/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import javax.annotation.Nullable;

/**
 * A lock that is fair, or watched, or both. It is a class of its own so that the plain one asks for
 * neither.
 */
final class CheckedSync extends Sync {

  private static final long serialVersionUID = 1;

  private final transient @Nullable LockWatch watch;

  /** The flight recorder's event of this tenure; its owner's. */
  private transient @Nullable Object holding;

  CheckedSync(LockConfig config, @Nullable LockWatch watch) {
    super(config);
    this.watch = watch;
  }

  @Override
  @Nullable
  LockWatch watch() {
    return watch == null ? super.watch() : watch;
  }

  @Override
  boolean mayOvertake() {
    return !config.fair;
  }

  @Override
  void lock() {
    Thread me = Thread.currentThread();
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
    if (nest(me)) {
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
    if (nest(me)) {
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
    } else {
      Object event = Flight.holdBegins();
      if (event != null || holding != null) { // mostly neither: a store costs
        holding = event;
      }
      watch.acquired(how == WAITED);
    }
  }

  @Override
  void unlock() {
    if (watch != null && holdsOf(Thread.currentThread()) <= 1) {
      watch.releasing();
      Flight.holdEnds(holding, config.name);
    }
    super.unlock();
  }

  @Override
  void waited(boolean onCondition) {
    if (watch == null) {
      super.waited(onCondition);
    } else if (onCondition) {
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
