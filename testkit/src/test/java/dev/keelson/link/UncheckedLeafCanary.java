/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The planted race: a leaf skips the walk as in {@link Structure}, but the marks are set after the
 * other's was read, and two leaves end up beneath each other.
 */
@JCStressTest
@Outcome(
    id = {"1, -1, 0", "-1, 1, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "One is refused.")
@Outcome(id = ".*, 1", expect = Expect.FORBIDDEN, desc = "A cycle.")
@State
public class UncheckedLeafCanary {
  private final Naive a = new Naive();
  private final Naive b = new Naive();

  /** A beneath B. */
  @Actor
  public void one(III_Result r) {
    r.r1 = a.attachTo(b);
  }

  /** B beneath A. */
  @Actor
  public void other(III_Result r) {
    r.r2 = b.attachTo(a);
  }

  /** 1 for a cycle. */
  @Arbiter
  public void cycle(III_Result r) {
    r.r3 = a.parent == b && b.parent == a ? 1 : 0;
  }

  private static final class Naive {
    final ReentrantLock lock = new ReentrantLock();
    volatile boolean hasChildren;
    volatile @Nullable Naive parent;

    int attachTo(Naive to) {
      to.lock.lock();
      try {
        if (hasChildren) {
          return -1;
        }
        parent = to;
        to.hasChildren = true;
        return 1;
      } finally {
        to.lock.unlock();
      }
    }
  }
}
