/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The planted race: each side writes its flag and reads the other's, and nothing orders the two.
 * Every machine shows it, so a gate that does not see it sees nothing.
 */
@JCStressTest
@Outcome(
    id = {"0, 1", "1, 0", "1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "At least one sees the other.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "Neither sees the other.")
@State
public class DekkerCanary {
  private int left;
  private int right;

  /** Writes left, reads right. */
  @Actor
  public void left(II_Result r) {
    left = 1;
    r.r1 = right;
  }

  /** Writes right, reads left. */
  @Actor
  public void right(II_Result r) {
    right = 1;
    r.r2 = left;
  }
}
