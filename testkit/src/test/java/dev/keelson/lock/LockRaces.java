/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Unlocks against resets. In results, an unlock is 1, or -1 if it was told that the lock is lost; a
 * reset is 1 if it ended a tenure; a lock is 1 if it is locked when all is over.
 */
public final class LockRaces {

  private LockRaces() {}

  /** One tenure is ended by its owner or by a reset, never by both and never by neither. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0", "-1, 1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "One of the two ends it.")
  @State
  public static class Unlock {
    private final ResettableLock lock = new ResettableLock();

    /** Locks and unlocks. */
    @Actor
    public void user(III_Result r) {
      lock.lock();
      Moves.linger();
      r.r1 = Moves.unlock(lock);
    }

    /** Resets. */
    @Actor
    public void resetter(III_Result r) {
      r.r2 = Moves.reset(lock);
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Moves.locked(lock);
    }
  }

  /** The unlock of one who was deprived does nothing to the next owner. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 1, 0", "-1, 1, 1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "The next owner unlocks what it has locked.")
  @State
  public static class NextOwner {
    private final ResettableLock lock = new ResettableLock();

    /** Locks and unlocks. */
    @Actor
    public void user(IIII_Result r) {
      lock.lock();
      Moves.linger();
      r.r1 = Moves.unlock(lock);
    }

    /** Resets, and is the next owner. */
    @Actor
    public void resetter(IIII_Result r) {
      r.r2 = Moves.reset(lock);
      lock.lock();
      r.r3 = Moves.unlock(lock);
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = Moves.locked(lock);
    }
  }

  /** The same where the longest waiting thread is next. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 1, 0", "-1, 1, 1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "The next owner unlocks what it has locked.")
  @State
  public static class NextOwnerOfFair {
    private final ResettableLock lock = new ResettableLock(true);

    /** Locks and unlocks. */
    @Actor
    public void user(IIII_Result r) {
      lock.lock();
      Moves.linger();
      r.r1 = Moves.unlock(lock);
    }

    /** Resets, and is the next owner. */
    @Actor
    public void resetter(IIII_Result r) {
      r.r2 = Moves.reset(lock);
      lock.lock();
      r.r3 = Moves.unlock(lock);
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = Moves.locked(lock);
    }
  }

  /** A tenure of two holds: also where the reset comes between the two locks. */
  @JCStressTest
  @Outcome(
      id = {"1, 1, 0, 0", "1, -1, 1, 0", "-1, -1, 1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "Once lost, lost for good.")
  @State
  public static class Nested {
    private final ResettableLock lock = new ResettableLock();

    /** Locks twice and unlocks twice. */
    @Actor
    public void user(IIII_Result r) {
      lock.lock();
      lock.lock();
      Moves.linger();
      r.r1 = Moves.unlock(lock);
      r.r2 = Moves.unlock(lock);
    }

    /** Resets. */
    @Actor
    public void resetter(IIII_Result r) {
      r.r3 = Moves.reset(lock);
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = Moves.locked(lock);
    }
  }

  /** A tenure that two want to end. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0", "0, 1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "One of the two ends it.")
  @State
  public static class TwoResets {
    private final ResettableLock lock = Moves.lockedByAnother();

    /** Resets. */
    @Actor
    public void one(III_Result r) {
      r.r1 = Moves.reset(lock);
    }

    /** Resets, too. */
    @Actor
    public void other(III_Result r) {
      r.r2 = Moves.reset(lock);
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Moves.locked(lock);
    }
  }

  /** A live owner is never taken for a dead one; 0 is neither released nor repaired. */
  @JCStressTest
  @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "Nothing to recover.")
  @State
  public static class RecoverOfTheLiving {
    private final ResettableLock lock = new ResettableLock();

    /** Locks and unlocks. */
    @Actor
    public void user(III_Result r) {
      lock.lock();
      Moves.linger();
      r.r1 = Moves.unlock(lock);
    }

    /** Recovers. */
    @Actor
    public void watchdog(III_Result r) {
      r.r2 = lock.recover().released() ? 1 : 0;
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Moves.locked(lock);
    }
  }

  /** An await of one who was deprived gives nobody else's lock back. */
  @JCStressTest
  @Outcome(
      id = {"1, 1, 0, 1", "1, -1, 1, 1", "-1, -1, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "The next owner unlocks what it has locked.")
  @State
  public static class Await {
    private final ResettableLock lock = new ResettableLock();
    private final java.util.concurrent.locks.Condition condition = lock.newCondition();

    /** Locks, waits for no time, and unlocks. */
    @Actor
    public void user(IIII_Result r) {
      lock.lock();
      Moves.linger();
      r.r1 = Moves.await(condition);
      r.r2 = Moves.unlock(lock);
    }

    /** Resets, and is the next owner. */
    @Actor
    public void resetter(IIII_Result r) {
      r.r3 = Moves.reset(lock);
      lock.lock();
      r.r4 = Moves.unlock(lock);
    }
  }
}
