/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/** A node small enough to be made by the million. */
public final class RaceNode extends LinkedNode<RaceNode> {
  final Children<RaceNode, RaceNode> children = Children.of(this);

  /** 1 if the attach was allowed, -1 if it was refused as a cycle, -2 if for another reason. */
  static int attach(RaceNode parent, RaceNode child) {
    try {
      return parent.children.attach(child) ? 1 : 0;
    } catch (IllegalArgumentException cycle) {
      return -1;
    } catch (IllegalStateException elsewhereOrClosed) {
      return -2;
    }
  }

  /** As {@link #attach}, by reparent. */
  static int adopt(RaceNode parent, RaceNode child) {
    try {
      return parent.children.adopt(child) ? 1 : 0;
    } catch (IllegalArgumentException cycle) {
      return -1;
    } catch (IllegalStateException closed) {
      return -2;
    }
  }

  /** In how many of these containers the child is, by iteration. */
  static int listed(RaceNode child, RaceNode... parents) {
    int listed = 0;
    for (RaceNode parent : parents) {
      for (RaceNode each : parent.children) {
        listed += each == child ? 1 : 0;
      }
    }
    return listed;
  }
}
