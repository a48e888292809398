/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * Two of those who may end a registration meet: one of them has it, and the action runs once, or,
 * if a detach has it, not at all. {@link DoubleRunCanary} is the same with the mistake in it.
 */
public class CloseCollectDetach {

  private CloseCollectDetach() {}

  /** The user and the collector. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One ran it.")
  @State
  public static class CloseAndCollect {
    private final Waiting.Count count = new Waiting.Count();
    private final Node<Waiting.Count> node = Waiting.node(count);

    @Actor
    public void close(ZZI_Result r) {
      r.r1 = node.clean();
    }

    @Actor
    public void collect(ZZI_Result r) {
      r.r2 = Waiting.collect(node);
    }

    @Arbiter
    public void runs(ZZI_Result r) {
      r.r3 = node.isAlive() ? -1 : count.runs();
    }
  }

  /** Two users. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One ran it.")
  @State
  public static class CloseAndClose {
    private final Waiting.Count count = new Waiting.Count();
    private final Node<Waiting.Count> node = Waiting.node(count);

    @Actor
    public void close(ZZI_Result r) {
      r.r1 = node.clean();
    }

    @Actor
    public void other(ZZI_Result r) {
      r.r2 = node.clean();
    }

    @Arbiter
    public void runs(ZZI_Result r) {
      r.r3 = node.isAlive() ? -1 : count.runs();
    }
  }

  /** The user takes it back while the collector comes. */
  @JCStressTest
  @Outcome(id = "true, false, 0", expect = Expect.ACCEPTABLE, desc = "Detached.")
  @Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "Collected.")
  @State
  public static class DetachAndCollect {
    private final Waiting.Count count = new Waiting.Count();
    private final Node<Waiting.Count> node = Waiting.node(count);

    @Actor
    public void detach(ZZI_Result r) {
      r.r1 = node.detach().orElse(null) == count;
    }

    @Actor
    public void collect(ZZI_Result r) {
      r.r2 = Waiting.collect(node);
    }

    @Arbiter
    public void runs(ZZI_Result r) {
      r.r3 = node.isAlive() ? -1 : count.runs();
    }
  }

  /** Two registrations of one stripe: the first to go moves the other while that goes too. */
  @JCStressTest
  @Outcome(id = "true, true, 2", expect = Expect.ACCEPTABLE, desc = "Each ran its own.")
  @State
  public static class Neighbours {
    private final Waiting.Count count = new Waiting.Count();
    private final Node<Waiting.Count> one = Waiting.node(count);
    private final Node<Waiting.Count> two = Waiting.node(count);

    @Actor
    public void first(ZZI_Result r) {
      r.r1 = one.clean();
    }

    @Actor
    public void second(ZZI_Result r) {
      r.r2 = Waiting.collect(two);
    }

    @Arbiter
    public void runs(ZZI_Result r) {
      r.r3 = one.isAlive() || two.isAlive() ? -1 : count.runs();
    }
  }
}
