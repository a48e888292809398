/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import dev.keelson.spi.SchedulePoints;
import javax.annotation.Nullable;

/** Every change of a tree. */
final class Structure {

  // A change is made under the stripe of each container it touches, so a container changes in one
  // thread at a time. The stripe's number is in the container's Owner, which is made before the
  // lock can be taken: by CAS, as two threads may attach the first child at once, and as a close
  // without any child puts CLOSED there instead. From then on the owner changes only to CLOSED,
  // under its stripe, so whoever holds the stripe and sees an owner that is not CLOSED sees the one
  // he locked.
  //
  // Trees stay acyclic because of two rules.
  //
  // 1. A child beneath which nothing was ever attached cannot close a cycle: its stripes are
  //    enough, and nobody walks up.
  // 2. Any other child is attached only with all stripes held: no tree changes while the way up
  //    from the new parent is looked at, so two reparents cannot each overlook the other.
  //
  // Whether something was ever attached beneath is the mark PARENT of the link. Who attaches child
  // C to parent P first marks P and then, holding the stripes, reads the mark of C. The race that
  // this order closes: one thread attaches A to B while another attaches B to A, both leaves so
  // far. Each marks before it reads, so at least one of them sees the other's mark, and goes by
  // rule 2: it waits for the other's stripe and then finds the other's edge on its way up. A longer
  // cycle needs an edge from a child that already has children, which goes by rule 2 itself.
  //
  // A failing allocation changes nothing: room is made before the first visible step.
  //
  // No reachability fence is needed, and no test could be made to fail for want of one. A parent is
  // gone when Owner.get() gives null, and from then on for everybody. Whoever got the container
  // instead works on that very object until the last step of the change, and the container refers
  // to the parent: neither can be collected in the middle of a change. Nothing is released when a
  // parent goes that somebody could still be using.

  private Structure() {}

  /**
   * Attaches {@code child}; with {@code move} also one that has another parent.
   *
   * @return false if it was there already
   */
  static boolean attach(Children<?, ?> to, ParentLink<?> child, boolean move) {
    ParentLink<?> above = to.link();
    if (above == child) {
      throw new IllegalArgumentException("child is the parent itself: a node cannot own itself");
    }
    if (above != null) {
      above.markParent();
    }
    Owner into = to.ensureOwner();
    while (true) {
      Owner before = child.owner();
      Children<?, ?> from = before == null ? null : before.get();
      Owner leaving = from == null ? null : before;
      if (from == to) {
        return false;
      }
      if (from != null && !move) {
        throw new IllegalStateException(
            "child is attached to another parent: detach it first, or use reparent");
      }
      SchedulePoints.reach("link.attaching");
      boolean frozen = above != null && child.isParent();
      if (frozen) {
        Stripes.lockAll();
      } else {
        Stripes.lock(into, leaving);
      }
      try {
        if (above != null && child.isParent() && !frozen) {
          continue; // it became a parent just now: once more, with all stripes
        }
        if (frozen) {
          refuseCycle(above, child);
        }
        if (enter(to, from, child, before)) {
          return true;
        }
      } finally {
        if (frozen) {
          Stripes.unlockAll();
        } else {
          Stripes.unlock(into, leaving);
        }
      }
    }
  }

  /** False if the child is no longer where it was before the stripes were taken. */
  private static boolean enter(
      Children<?, ?> to,
      @Nullable Children<?, ?> from,
      ParentLink<?> child,
      @Nullable Owner before) {
    Owner owner = to.openOwner();
    Slots.reserve(to, owner);
    if (from == null) {
      if (!child.adopted(before, owner)) {
        return false; // another parent attached it, under another stripe
      }
      Slots.fill(to, owner, child);
      return true;
    }
    if (before == null || child.owner() != before || before.refersTo(null)) {
      return false; // detached, moved or orphaned meanwhile
    }
    Slots.vacate(from, before, child); // first, so that no moment shows it in both containers
    child.moved(owner);
    Slots.fill(to, owner, child);
    Slots.shrink(from, before);
    Orphans.left(before, child);
    return true;
  }

  private static void refuseCycle(@Nullable ParentLink<?> above, ParentLink<?> child) {
    for (ParentLink<?> link = above; link != null; ) {
      if (link == child) {
        throw new IllegalArgumentException(
            "child is an ancestor of the parent: attaching it would close a cycle");
      }
      Children<?, ?> container = link.container();
      link = container == null ? null : container.knownLink();
    }
  }

  /** From whatever parent it has. */
  static boolean detach(ParentLink<?> child) {
    while (true) {
      Children<?, ?> from = child.container();
      if (from == null) {
        return false;
      }
      if (detach(from, child)) {
        return true;
      }
    }
  }

  /** From that one. */
  static boolean detach(Children<?, ?> from, ParentLink<?> child) {
    Owner owner = from.owner();
    if (owner == null || child.owner() != owner) {
      return false;
    }
    SchedulePoints.reach("link.detaching");
    Stripes.lock(owner);
    try {
      if (from.owner() != owner || child.owner() != owner) {
        return false; // closed, detached or moved meanwhile
      }
      Slots.vacate(from, owner, child);
      child.moved(null);
      Slots.shrink(from, owner);
      Orphans.left(owner, child);
      return true;
    } finally {
      Stripes.unlock(owner);
    }
  }
}
