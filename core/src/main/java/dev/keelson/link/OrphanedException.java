/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/** A child was asked for a parent that it does not have. */
public final class OrphanedException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /** The state of the link at that moment: {@code ROOT} or {@code ORPHANED}. */
  private final LinkState state;

  OrphanedException(LinkState state) {
    super(
        state == LinkState.ROOT
            ? "there is no parent: attach the child first, or ask parent(), which may return null"
            : "the parent is gone: it was collected or its Children were closed; keep a strong"
                + " reference to the root of a tree that is in use, or pin() what runs");
    this.state = state;
  }

  /** Whether there never was a parent ({@code ROOT}) or it was lost ({@code ORPHANED}). */
  public LinkState state() {
    return state;
  }
}
