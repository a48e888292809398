/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.StackRoom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * Goes once through everything that a lock does rarely, on a lock of its own, before there is
 * another lock. A class that is first initialised where the stack ends is dead for good, and so is
 * whatever needs it; these paths are needed just there.
 */
final class Rehearsal {

  private static final int FRAMES = 200;

  private static volatile boolean done;

  private Rehearsal() {}

  /** Returns when it has been done, by whomever. */
  static void once() {
    if (!done) {
      StackRoom.ensure(FRAMES);
      boolean interrupted = Thread.interrupted();
      play();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      done = true;
    }
  }

  private static void play() {
    Daemons.newThread("keelson-lock-rehearsal", new Thread());
    for (boolean fair : new boolean[] {false, true}) {
      LockConfig config = new LockConfig("rehearsal", fair, AbandonPolicy.HEAL, true, lost -> {});
      Sync sync = Sync.of(config, new LockWatch() {});
      conditions(sync);
      thefts(sync);
    }
    thefts(new Sync(LockConfig.PLAIN));
    waits();
    refusals();
    AcquisitionSite.orNull();
    Watchdog.contended();
  }

  @SuppressWarnings("WaitNotInLoop") // nobody signals
  private static void conditions(Sync sync) {
    LockCondition condition = new LockCondition(new ResettableLock(sync));
    sync.side().add(condition);
    try {
      condition.await();
    } catch (IllegalMonitorStateException | InterruptedException e) {
      hear(e);
    }
    sync.lock();
    sync.lock();
    try {
      condition.await(1, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Waiter waiter = new Waiter(Thread.currentThread(), condition);
    waiter.signal();
    sync.side().push(waiter);
    ((Condition) condition).signalAll();
    sync.unlock();
    sync.unlock();
  }

  private static void thefts(Sync sync) {
    sync.lock();
    Theft.reset(sync, Force.YES, "rehearsal", lost -> sync.generation());
    try {
      sync.unlock();
    } catch (LockOwnershipLostException e) {
      hear(e);
    }
    try {
      sync.unlock();
    } catch (IllegalMonitorStateException e) {
      hear(e);
    }
    sync.lock();
    Theft.evict(sync, Force.YES, "rehearsal");
    Theft.recover(sync, null);
    sync.side().conditionWaiters();
    hear(Refusals.sentAway(sync, sync.side()));
    hear(Refusals.abandoned(sync, sync.side()));
  }

  /** Queueing, giving up, and a dead owner: a thread that was never started is not alive. */
  private static void waits() {
    Stage stage = new Stage(LockConfig.PLAIN);
    stage.lockAs(new Thread());
    hear(stage.tryLock());
    stage.unlock();
    stage.queueAndLeave();
  }

  /** Puts the message together, and what it is made of. */
  private static void hear(Object news) {
    Texts.join(news);
  }

  private static void refusals() {
    Stage sync = new Stage(new LockConfig("rehearsal", false, AbandonPolicy.REFUSE, false, null));
    sync.lockAs(new Thread());
    try {
      sync.lock();
    } catch (AbandonedLockException e) {
      hear(e);
    }
    Theft.recover(sync, lost -> lost.age());
  }

  /** A lock whose word can be set. */
  private static final class Stage extends Sync {
    private static final long serialVersionUID = 1;

    Stage(LockConfig config) {
      super(config);
    }

    void lockAs(Thread owner) {
      setState(Word.heldBy(owner));
      setExclusiveOwnerThread(owner);
    }

    /** Queues behind an owner that nobody knows, and leaves at once. */
    void queueAndLeave() {
      setState(Word.of(1L << 45, 1, 0));
      try {
        hear(tryAcquireNanos(ONCE | (long) side().evictions() << EPOCH_SHIFT, 1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
