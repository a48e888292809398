/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.lang.ref.WeakReference;
import javax.annotation.Nullable;

/**
 * The one weak handle of a parent: every child of the same {@link Children} holds this object, so
 * the collector has one reference a parent to look at and not one a child. It refers to the
 * container and to nothing else: a child that leaked must not keep its siblings.
 *
 * <p>Cleared by the collector, or by the container's close, which orphans all children at once.
 */
final class Owner extends WeakReference<Children<?, ?>> {

  /** What a container has once it is closed; no child ever holds it. */
  static final Owner CLOSED = new Owner(null);

  /** How many children there are. Changed under the container's stripe, read by anybody. */
  private volatile int live;

  /** The first slot that was never used in the container's present array. Under the stripe. */
  int next;

  /** Children are being closed: none may come, all may go. Under the stripe. */
  boolean closing;

  /** Whether any of the children was ever watched: see {@link Orphans}. */
  volatile boolean watched;

  /** Which of the {@link Stripes} guards the container. */
  final byte stripe = Stripes.any();

  Owner(@Nullable Children<?, ?> container) {
    super(container);
  }

  int live() {
    return live;
  }

  /** Under the stripe. */
  void count(int change) {
    int before = live;
    live = before + change;
  }
}
