/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import dev.keelson.spi.SchedulePoints;
import dev.keelson.testkit.Schedule;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;

/** A node that looks for a cycle and then attaches: two that do so at once may close one. */
public final class HastyLink {

  private volatile @Nullable HastyLink parent;

  boolean attachTo(HastyLink wanted) {
    for (HastyLink above = wanted; above != null; above = above.parent) {
      if (above == this) {
        return false;
      }
    }
    SchedulePoints.reach("hasty.attaching");
    parent = wanted; // should be under the locks of the look
    return true;
  }

  private boolean isRoot() {
    return parent == null;
  }

  /** The bug. */
  public static void wrong(Schedule schedule) {
    HastyLink a = new HastyLink();
    HastyLink b = new HastyLink();
    schedule.thread("a to b", () -> a.attachTo(b));
    schedule.thread("b to a", () -> b.attachTo(a));
    schedule.after(() -> assertTrue(a.isRoot() || b.isRoot(), "a cycle"));
  }

  private static final class Node extends LinkedNode<Node> {
    final Children<Node, Node> children = Children.of(this);

    boolean attachTo(Node parent) {
      try {
        return parent.children.attach(this);
      } catch (IllegalArgumentException cycle) {
        return false;
      }
    }
  }

  /** The same without it. */
  public static void right(Schedule schedule) {
    Node a = new Node();
    Node b = new Node();
    AtomicInteger attached = new AtomicInteger();
    schedule.thread("a to b", () -> attached.addAndGet(a.attachTo(b) ? 1 : 0));
    schedule.thread("b to a", () -> attached.addAndGet(b.attachTo(a) ? 1 : 0));
    schedule.after(() -> assertEquals(1, attached.get(), "a cycle, or no tree"));
  }
}
