/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two threads attach at once. The third number is what is left of it. */
public final class AttachRaces {

  private AttachRaces() {}

  /** Two parents want the same child: one gets it, and it is listed once. */
  @JCStressTest
  @Outcome(
      id = {"1, -2, 1", "-2, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One wins.")
  @State
  public static class SameChild {
    private final RaceNode left = new RaceNode();
    private final RaceNode right = new RaceNode();
    private final RaceNode child = new RaceNode();

    /** To the left. */
    @Actor
    public void left(III_Result r) {
      r.r1 = RaceNode.attach(left, child);
    }

    /** To the right. */
    @Actor
    public void right(III_Result r) {
      r.r2 = RaceNode.attach(right, child);
    }

    /** In how many containers. */
    @Arbiter
    public void listed(III_Result r) {
      r.r3 = RaceNode.listed(child, left, right);
    }
  }

  /** Both are leaves: no walk would be needed for either alone. */
  @JCStressTest
  @Outcome(
      id = {"1, -1, 1", "-1, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One is refused.")
  @State
  public static class EachToTheOther {
    private final RaceNode a = new RaceNode();
    private final RaceNode b = new RaceNode();

    /** A beneath B. */
    @Actor
    public void one(III_Result r) {
      r.r1 = RaceNode.attach(b, a);
    }

    /** B beneath A. */
    @Actor
    public void other(III_Result r) {
      r.r2 = RaceNode.attach(a, b);
    }

    /** How deep the tree is. */
    @Arbiter
    public void depth(III_Result r) {
      r.r3 = Math.max(Trees.depth(a), Trees.depth(b));
    }
  }

  /** Two trees are each moved beneath a child of the other. */
  @JCStressTest
  @Outcome(
      id = {"1, -1, 3", "-1, 1, 3"},
      expect = Expect.ACCEPTABLE,
      desc = "One is refused.")
  @State
  public static class TreesUnderEachOther {
    private final RaceNode a = new RaceNode();
    private final RaceNode beneathA = new RaceNode();
    private final RaceNode b = new RaceNode();
    private final RaceNode beneathB = new RaceNode();

    /** Two trees of two nodes. */
    public TreesUnderEachOther() {
      a.children.attach(beneathA);
      b.children.attach(beneathB);
    }

    /** A beneath B's child. */
    @Actor
    public void one(III_Result r) {
      r.r1 = RaceNode.adopt(beneathB, a);
    }

    /** B beneath A's child. */
    @Actor
    public void other(III_Result r) {
      r.r2 = RaceNode.adopt(beneathA, b);
    }

    /** How deep the tree is. */
    @Arbiter
    public void depth(III_Result r) {
      r.r3 = Math.max(Trees.depth(beneathA), Trees.depth(beneathB));
    }
  }

  /** Two children of the same parent: none is lost. */
  @JCStressTest
  @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "Both are there.")
  @State
  public static class SameParent {
    private final RaceNode parent = new RaceNode();

    /** One child. */
    @Actor
    public void one(III_Result r) {
      r.r1 = RaceNode.attach(parent, new RaceNode());
    }

    /** Another. */
    @Actor
    public void other(III_Result r) {
      r.r2 = RaceNode.attach(parent, new RaceNode());
    }

    /** How many there are, if both ways to count agree. */
    @Arbiter
    public void count(III_Result r) {
      int size = parent.children.size();
      r.r3 = size == parent.children.snapshot().size() ? size : -1;
    }
  }
}
