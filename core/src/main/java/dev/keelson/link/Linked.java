/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

/**
 * A child that knows its parent without keeping it alive.
 *
 * <p>A class that may choose its base class extends {@link LinkedNode}, which costs least. Any
 * other keeps a {@link ParentLink} in a field:
 *
 * <pre>{@code
 * final class Subtask extends Job implements Linked<Task> {
 *   private final ParentLink<Task> link = ParentLink.unattached();
 *   public ParentLink<Task> parentLink() { return link; }
 * }
 * }</pre>
 *
 * @param <P> the type of the parent
 */
public interface Linked<P> {

  /**
   * The link of this child: the same object each time, never null, and no other child's. It is
   * called before anything is changed and while no lock is held.
   */
  ParentLink<P> parentLink();
}
