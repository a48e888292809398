/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;

/** What races do to a lock, with a number for how it went. */
final class Moves {

  /** Dead for all anybody can tell: it was never started. */
  private static final Thread DEAD = new Thread("dead");

  private static final Thread LIVING = new Thread(Moves::live, "living");

  static {
    LIVING.setDaemon(true);
    LIVING.start();
  }

  static volatile int sink; // not private, so that nothing may leave it out

  private Moves() {}

  private static void live() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  static int unlock(ResettableLock lock) {
    try {
      lock.unlock();
      return 1;
    } catch (LockOwnershipLostException e) {
      return -1;
    } catch (IllegalMonitorStateException e) {
      return -2; // it had locked, so this is a lie
    }
  }

  static int reset(ResettableLock lock) {
    try {
      return lock.reset(Force.YES, "race").released() ? 1 : 0;
    } catch (IllegalMonitorStateException e) {
      return -2; // what it had was taken away by one who had nothing
    }
  }

  /**
   * Holds the lock for about as long as a reset takes, a different time each time: else the two
   * would hardly ever meet.
   */
  static void linger() {
    int times = 0;
    for (int i = ThreadLocalRandom.current().nextInt(300); i > 0; i--) {
      times += i;
    }
    sink = times;
  }

  static int locked(ResettableLock lock) {
    return lock.isLocked() ? 1 : 0;
  }

  static int await(Condition condition) {
    try {
      condition.awaitNanos(0);
      return 1;
    } catch (LockOwnershipLostException e) {
      return -1;
    } catch (IllegalMonitorStateException | InterruptedException e) {
      return -2;
    }
  }

  static int tryForAMinute(ResettableLock lock) {
    try {
      return lock.tryLock(1, TimeUnit.MINUTES) ? 1 : 0;
    } catch (InterruptedException e) {
      return -2;
    }
  }

  /** A live thread has it, which is none of the racing ones. */
  static ResettableLock lockedByAnother() {
    return new ResettableLock(new Staged(LockConfig.PLAIN, LIVING, Word.heldBy(LIVING)));
  }

  /** Counts how often somebody is told. */
  static ResettableLock lockedByDead(AtomicInteger told) {
    LockConfig config =
        new LockConfig("race", false, AbandonPolicy.HEAL, false, lost -> told.incrementAndGet());
    return new ResettableLock(new Staged(config, DEAD, Word.heldBy(DEAD)));
  }

  static ResettableLock lockedByDeadThief() {
    long word = Word.of(ThreadIds.of(DEAD), 0, Word.RESET);
    return new ResettableLock(new Staged(LockConfig.PLAIN, DEAD, word));
  }

  /** A lock that begins where it is told. */
  private static final class Staged extends Sync {
    private static final long serialVersionUID = 1;

    Staged(LockConfig config, Thread owner, long word) {
      super(config);
      Rehearsal.once();
      setExclusiveOwnerThread(owner);
      setState(word);
    }
  }
}
