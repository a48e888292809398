/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A container is closed while another thread does something with a child. */
public final class OrphanRaces {

  private OrphanRaces() {}

  /** The child comes in time and is an orphan, or is refused. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "Attached, then orphaned.")
  @Outcome(id = "-2, 0", expect = Expect.ACCEPTABLE, desc = "Refused, and still a root.")
  @State
  public static class AttachedWhileClosed {
    private final RaceNode parent = new RaceNode();
    private final RaceNode child = new RaceNode();

    /** Attaches. */
    @Actor
    public void attacher(II_Result r) {
      r.r1 = RaceNode.attach(parent, child);
    }

    /** Closes. */
    @Actor
    public void closer() {
      parent.children.close(OrphanPolicy.ORPHAN);
    }

    /** The state of the child. */
    @Arbiter
    public void state(II_Result r) {
      r.r2 = child.state().ordinal();
    }
  }

  /** The child moves out in time, or is an orphan that is attached anew: it has a home. */
  @JCStressTest
  @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "It is with the new parent.")
  @State
  public static class MovedWhileClosed {
    private final RaceNode parent = new RaceNode();
    private final RaceNode next = new RaceNode();
    private final RaceNode child = new RaceNode();

    /** The child is with the parent. */
    public MovedWhileClosed() {
      parent.children.attach(child);
    }

    /** Moves it. */
    @Actor
    public void mover(III_Result r) {
      r.r1 = RaceNode.adopt(next, child);
    }

    /** Closes. */
    @Actor
    public void closer() {
      parent.children.close(OrphanPolicy.ORPHAN);
    }

    /** Where it is. */
    @Arbiter
    public void where(III_Result r) {
      r.r2 = child.parent() == next ? 1 : 0;
      r.r3 = RaceNode.listed(child, parent, next);
    }
  }

  /** A node that counts how often it was told. */
  public static final class Told extends LinkedNode<RaceNode> {
    private final AtomicInteger times = new AtomicInteger();

    void lost() {
      times.incrementAndGet();
    }
  }

  /** A watch that comes while the child leaves does not hold when it has come back. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Not told.")
  @State
  public static class WatchedWhileDetached {
    private final RaceNode parent = new RaceNode();
    private final Children<RaceNode, Told> children = Children.of(parent);
    private final Told child = new Told();

    /** The child is with the parent. */
    public WatchedWhileDetached() {
      children.attach(child);
    }

    /** Watches, or comes too late for that. */
    @Actor
    public void watcher() {
      try {
        child.onOrphaned(child, Told::lost, Runnable::run);
      } catch (IllegalStateException noParent) {
        // as good
      }
    }

    /** Takes it away. */
    @Actor
    public void detacher() {
      child.detach();
    }

    /** How often it is told after it has come back. */
    @Arbiter
    public void told(I_Result r) {
      children.attach(child);
      children.close(OrphanPolicy.ORPHAN);
      r.r1 = child.times.get();
    }
  }

  /** A watch that comes while the parent closes is told, once. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "Told once.")
  @State
  public static class WatchedWhileClosed {
    private final RaceNode parent = new RaceNode();
    private final Children<RaceNode, Told> children = Children.of(parent);
    private final Told child = new Told();

    /** The child is with the parent. */
    public WatchedWhileClosed() {
      children.attach(child);
    }

    /** Watches. */
    @Actor
    public void watcher() {
      child.onOrphaned(child, Told::lost, Runnable::run);
    }

    /** Closes. */
    @Actor
    public void closer() {
      children.close(OrphanPolicy.ORPHAN);
    }

    /** How often it was told. */
    @Arbiter
    public void told(I_Result r) {
      r.r1 = child.times.get();
    }
  }
}
