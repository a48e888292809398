/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** A child is moved, detached or looked at by two threads at once. */
public final class MoveRaces {

  private MoveRaces() {}

  /** A child with an old parent and two new ones. */
  @State
  public static class Family {
    final RaceNode old = new RaceNode();
    final RaceNode left = new RaceNode();
    final RaceNode right = new RaceNode();
    final RaceNode child = new RaceNode();

    /** The child is with the old parent. */
    public Family() {
      old.children.attach(child);
    }
  }

  /** Who asks during a reparent sees the old parent or the new one. */
  @JCStressTest
  @Outcome(
      id = {"1, 1", "1, 2"},
      expect = Expect.ACCEPTABLE,
      desc = "The old one or the new one.")
  public static class Observed {
    /** Moves. */
    @Actor
    public void mover(Family f, II_Result r) {
      r.r1 = RaceNode.adopt(f.left, f.child);
    }

    /** Asks. */
    @Actor
    public void observer(Family f, II_Result r) {
      RaceNode parent = f.child.parent();
      r.r2 =
          parent == f.old ? 1 : parent == f.left ? 2 : f.child.state() == LinkState.ROOT ? -1 : -2;
    }
  }

  /** Two reparents: both happen, one after the other. */
  @JCStressTest
  @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "It is in one place.")
  public static class MovedTwice {
    /** To the left. */
    @Actor
    public void left(Family f, III_Result r) {
      r.r1 = RaceNode.adopt(f.left, f.child);
    }

    /** To the right. */
    @Actor
    public void right(Family f, III_Result r) {
      r.r2 = RaceNode.adopt(f.right, f.child);
    }

    /** In how many containers, the one it names among them. */
    @Arbiter
    public void where(Family f, III_Result r) {
      int listed = RaceNode.listed(f.child, f.old, f.left, f.right);
      r.r3 = f.child.requireParent().children.contains(f.child) ? listed : -1;
    }
  }

  /** A detach and a reparent. */
  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "Moved, then detached.")
  @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "Detached, then attached anew.")
  public static class MovedAndDetached {
    /** Moves. */
    @Actor
    public void mover(Family f, III_Result r) {
      r.r1 = RaceNode.adopt(f.left, f.child);
    }

    /** Detaches. */
    @Actor
    public void detacher(Family f, III_Result r) {
      r.r2 = f.child.detach() ? 1 : 0;
    }

    /** In how many containers; whether the child says so too. */
    @Arbiter
    public void where(Family f, III_Result r) {
      int listed = RaceNode.listed(f.child, f.old, f.left);
      r.r3 = f.child.state() == (listed == 1 ? LinkState.ATTACHED : LinkState.ROOT) ? listed : -1;
    }
  }

  /** Two detaches: one of them did it. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One did it.")
  public static class DetachedTwice {
    /** By the link. */
    @Actor
    public void byLink(Family f, II_Result r) {
      r.r1 = f.child.detach() ? 1 : 0;
    }

    /** By the container. */
    @Actor
    public void byContainer(Family f, II_Result r) {
      r.r2 = f.old.children.detach(f.child) ? 1 : 0;
    }
  }

  /** A brother that comes or goes does not hide a child from iteration, nor double it. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Met once.")
  public static class Iterated {
    /** Forces a new array while the other iterates. */
    @Actor
    public void brothers(Family f, II_Result r) {
      RaceNode brother = new RaceNode();
      for (int i = 0; i < 3; i++) {
        f.old.children.attach(brother);
        brother.detach();
      }
      r.r1 = 1;
    }

    /** Iterates. */
    @Actor
    public void reader(Family f, II_Result r) {
      r.r2 = RaceNode.listed(f.child, f.old);
    }
  }
}
