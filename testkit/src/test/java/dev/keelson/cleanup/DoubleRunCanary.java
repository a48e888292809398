/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** {@link CloseCollectDetach} with a registration that can run twice. */
@JCStressTest
@Outcome(
    id = {"true, false, 1", "false, true, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "One ran it.")
@State
public class DoubleRunCanary {

  private final Waiting.Count count = new Waiting.Count();
  private final CheckThenRun registration = new CheckThenRun(count);

  /** The user. */
  @Actor
  public void close(ZZI_Result r) {
    r.r1 = registration.clean();
  }

  /** The collector. */
  @Actor
  public void collect(ZZI_Result r) {
    r.r2 = registration.clean();
  }

  /** How often it ran. */
  @Arbiter
  public void runs(ZZI_Result r) {
    r.r3 = count.runs();
  }
}
