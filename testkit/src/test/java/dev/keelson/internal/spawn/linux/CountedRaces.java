/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Uses of a descriptor against its close. */
public final class CountedRaces {

  private CountedRaces() {}

  /** A descriptor that remembers who used it when. */
  abstract static class Descriptor extends Counted {
    volatile int released;
    volatile boolean usedAfterRelease;

    @Override
    protected void release() {
      released++; // by one thread, or it shows
    }

    /** One if it was used. */
    int use() {
      if (!enter()) {
        return 0;
      }
      try {
        usedAfterRelease |= released != 0;
        return 1;
      } finally {
        leave();
      }
    }

    int verdict() {
      return usedAfterRelease ? -1 : released;
    }
  }

  /** Whoever is inside is not hurt, and it is released once. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "used, then released")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "closed before the use")
  @State
  public static class UseAgainstClose extends Descriptor {
    @Actor
    public void user(II_Result result) {
      result.r1 = use();
    }

    @Actor
    public void closer() {
      close();
    }

    @Arbiter
    public void after(II_Result result) {
      result.r2 = verdict();
    }
  }

  /** Two who close, one of them a user before: it is released once. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "used, then released")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "closed before the use")
  @State
  public static class CloseAgainstClose extends Descriptor {
    @Actor
    public void user(II_Result result) {
      result.r1 = use();
      close();
    }

    @Actor
    public void closer() {
      close();
    }

    @Arbiter
    public void after(II_Result result) {
      result.r2 = verdict();
    }
  }
}
