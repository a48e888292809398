/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Threads that come for a lock while it is taken from its owner. */
public final class ArrivalRaces {

  private ArrivalRaces() {}

  /** One who comes, and may have to wait, gets the lock when it is reset. */
  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "It gets it.")
  @State
  public static class Reset {
    private final ResettableLock lock = Moves.lockedByAnother();

    /** Locks and unlocks. */
    @Actor
    public void user(III_Result r) {
      lock.lock();
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

  /** One who comes while everybody is sent away has the lock, or an exception, and not both. */
  @JCStressTest
  @Outcome(
      id = {"1, 1, 0", "-1, 0, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "It came after, or before.")
  @State
  public static class Evict {
    private final ResettableLock lock = Moves.lockedByAnother();

    /** Locks; says how that ended and how often it then holds the lock. */
    @Actor
    public void user(III_Result r) {
      try {
        lock.lock();
        r.r1 = 1;
      } catch (LockResetException e) {
        r.r1 = -1;
      }
      r.r2 = lock.getHoldCount();
      if (r.r1 == 1) {
        lock.unlock();
      }
    }

    /** Evicts. */
    @Actor
    public void evictor() {
      lock.evict(Force.YES, "race");
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Moves.locked(lock);
    }
  }

  /** A timed attempt says the truth when everybody is sent away. */
  @JCStressTest
  @Outcome(
      id = {"1, 1, 0", "0, 0, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "It came after, or before.")
  @State
  public static class TimedEvict {
    private final ResettableLock lock = Moves.lockedByAnother();

    /** Tries; says how that ended and how often it then holds the lock. */
    @Actor
    public void user(III_Result r) {
      r.r1 = Moves.tryForAMinute(lock);
      r.r2 = lock.getHoldCount();
      if (r.r1 == 1) {
        lock.unlock();
      }
    }

    /** Evicts. */
    @Actor
    public void evictor() {
      lock.evict(Force.YES, "race");
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Moves.locked(lock);
    }
  }

  /** Nobody is inside while a repair runs; who comes sees all of it. */
  @JCStressTest
  @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "After the repair.")
  @State
  public static class Repair {
    private final ResettableLock lock = Moves.lockedByAnother();
    private int guarded;

    /** Looks. */
    @Actor
    public void user(II_Result r) {
      lock.lock();
      r.r1 = guarded;
      lock.unlock();
    }

    /** Repairs in two steps. */
    @Actor
    public void resetter(II_Result r) {
      ResetOutcome outcome =
          lock.reset(
              Force.YES,
              "race",
              lost -> {
                guarded = 1;
                guarded++;
              });
      r.r2 = outcome.released() ? 1 : 0;
    }
  }

  /** Two come to a lock whose owner is dead: both get it in turn, and one is told. */
  @JCStressTest
  @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "Told once.")
  @State
  public static class TwoAtADeadOwners {
    private final AtomicInteger told = new AtomicInteger();
    private final ResettableLock lock = Moves.lockedByDead(told);

    /** Locks and unlocks. */
    @Actor
    public void one(III_Result r) {
      lock.lock();
      r.r1 = Moves.unlock(lock);
    }

    /** The same. */
    @Actor
    public void other(III_Result r) {
      lock.lock();
      r.r2 = Moves.unlock(lock);
    }

    /** How often it was told. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = told.get() * lock.history().size();
    }
  }

  /** Two come to a lock whose thief died at work. */
  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "It is recovered.")
  @State
  public static class TwoAtADeadThiefs {
    private final ResettableLock lock = Moves.lockedByDeadThief();

    /** Locks and unlocks. */
    @Actor
    public void one(III_Result r) {
      lock.lock();
      r.r1 = Moves.unlock(lock);
    }

    /** The same. */
    @Actor
    public void other(III_Result r) {
      lock.lock();
      r.r2 = Moves.unlock(lock);
    }

    /** Whether it is locked. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Moves.locked(lock);
    }
  }

  /**
   * A token of a tenure that was ended is smaller than the next owner's, and is not held once the
   * reset has returned (that would be 2).
   */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0", "1, 1, 0", "1, 1, 1", "0, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "As it happened.")
  @State
  public static class Tokens {
    private final ResettableLock lock = new ResettableLock();
    private volatile boolean ended;
    private long early;
    private long late;

    /** Locks, and asks whether it still has the lock. */
    @Actor
    public void user(III_Result r) {
      early = lock.lockAndToken();
      boolean over = ended && early == 1;
      r.r1 = lock.checkHeld(early) ? over ? 2 : 1 : 0;
      Moves.unlock(lock);
    }

    /** Resets, and is the next owner. */
    @Actor
    public void resetter(III_Result r) {
      r.r2 = Moves.reset(lock);
      ended = r.r2 == 1;
      late = lock.lockAndToken();
      lock.unlock();
    }

    /** How the two compare. */
    @Arbiter
    public void end(III_Result r) {
      r.r3 = Long.compare(late, early);
    }
  }
}
