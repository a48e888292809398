/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/**
 * Locks that break one rule of the word each. Whatever checks the lock has to see that; they linger
 * where it hurts, so that it is seen soon.
 */
final class Mutants {

  private Mutants() {}

  /** Its unlock stores, as ReentrantLock's does, where it should compare and set. */
  static ResettableLock storesInUnlock() {
    return new ResettableLock(new StoresInUnlock());
  }

  /** It counts holds in a plain field that only the owner uses, as it believes. */
  static ResettableLock countsPlainly() {
    return new ResettableLock(new CountsPlainly());
  }

  private static final class StoresInUnlock extends Sync {
    private static final long serialVersionUID = 1;

    StoresInUnlock() {
      super(LockConfig.PLAIN);
    }

    @Override
    void unlock() {
      checkMine("unlock");
      long word = word();
      Moves.linger();
      if (Word.holds(word) > 1) {
        setState(word - 1);
      } else {
        setExclusiveOwnerThread(null);
        setState(Word.FREE);
        wakeFirst();
      }
    }
  }

  private static final class CountsPlainly extends Sync {
    private static final long serialVersionUID = 1;

    private int count;

    CountsPlainly() {
      super(LockConfig.PLAIN);
    }

    @Override
    void lock() {
      if (isHeldBy(Thread.currentThread())) {
        count++;
      } else {
        super.lock();
        count = 1;
      }
    }

    @Override
    void unlock() {
      checkMine("unlock");
      Moves.linger();
      if (--count == 0) {
        super.unlock();
      }
    }
  }
}
