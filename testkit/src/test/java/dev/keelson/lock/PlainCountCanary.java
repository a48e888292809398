/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** The planted bug: holds that are counted in a plain field. */
@JCStressTest
@Outcome(
    id = {"1, 0, 1, 0", "-1, 1, 1, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "The next owner unlocks what it has locked.")
@State
public class PlainCountCanary {
  private final ResettableLock lock = Mutants.countsPlainly();

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
