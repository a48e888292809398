/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import javax.annotation.concurrent.ThreadSafe;

/**
 * A child's way to its parent. It does not keep the parent alive: a child that somebody forgot in a
 * cache or a queue retains itself, not the tree it came from.
 *
 * <p>Get one from {@link #unattached} for a field, or extend {@link LinkedNode}. The parent holds
 * the children strongly, in a {@link Children}.
 *
 * <p>Whoever uses a tree keeps its root; a parent to which only its children lead may be collected
 * at any time. What runs for a child and needs the parent until it is done takes a {@link #pin()}.
 *
 * <p>Safe for use by multiple threads. Every question is answered without waiting, and sees each
 * attach, detach and reparent either whole or not at all. Memory consistency effects: what a thread
 * did before it attached a child <i>happens-before</i> what another does after it got the parent
 * from that child's link.
 *
 * @param <P> the type of the parent
 */
@ThreadSafe
public abstract sealed class ParentLink<P> permits LinkedNode, FieldLink {

  // owner: null is ROOT, a live one ATTACHED, a cleared one ORPHANED. It goes
  //   from null or cleared to live by CAS, as two parents may attach the same child at once: one
  //     wins, the other sees an attached child;
  //   from live to null, or to another live one, by a thread that holds the old container's stripe;
  //   from live to cleared without a write here, when the collector or close() clears it.
  // word: the slot in the container, guarded by the container's stripe, and the mark PARENT, which
  //   is set once, by anybody who is about to attach something beneath this child, and never
  //   taken back. Two threads may change the two at once, so both go by CAS.

  private static final int PARENT = 1 << 31;
  private static final VarHandle OWNER;
  private static final VarHandle WORD;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(ParentLink.class, "owner", Owner.class);
      WORD = lookup.findVarHandle(ParentLink.class, "word", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private transient volatile @Nullable Owner owner;
  private transient volatile int word;

  ParentLink() {}

  /** A link without a parent, for a field of one child. */
  public static <P> ParentLink<P> unattached() {
    return new FieldLink<>();
  }

  /** The parent, held strongly by whoever asks; null when there is none, or none any more. */
  public final @Nullable P parent() {
    return parent(owner);
  }

  @SuppressWarnings("unchecked") // Children<P, C> takes only a Linked<P>
  private @Nullable P parent(@Nullable Owner now) {
    Children<?, ?> container = now == null ? null : now.get();
    return container == null ? null : (P) container.parent();
  }

  /**
   * The parent, where there must be one.
   *
   * @throws OrphanedException if there is none; its {@link OrphanedException#state} says why
   */
  public final P requireParent() {
    Owner now = owner; // read once: a child that is attached meanwhile is no orphan
    P parent = parent(now);
    if (parent == null) {
      throw new OrphanedException(now == null ? LinkState.ROOT : LinkState.ORPHANED);
    }
    return parent;
  }

  /** The state at this moment. Asking does not keep the parent alive, however often. */
  public final LinkState state() {
    Owner now = owner;
    if (now == null) {
      return LinkState.ROOT;
    }
    return now.refersTo(null) ? LinkState.ORPHANED : LinkState.ATTACHED;
  }

  /**
   * Moves the child to another parent, or attaches it if it has none. Observers see the old parent
   * or the new one and nothing between; whoever iterates over both containers meanwhile may meet
   * the child once, twice or not at all.
   *
   * @param child the child whose link this is
   * @return false if it was attached there already
   * @throws IllegalArgumentException if this is not the child's link, or if the child is the new
   *     parent or an ancestor of it
   * @throws IllegalStateException if the new container is closed
   */
  public final <C extends Linked<P>> boolean reparent(C child, Children<P, ? super C> to) {
    requireOwn(child);
    return Structure.attach(requireNonNull(to, "to"), this, true);
  }

  /**
   * Takes the child from its parent; a child without one stays as it is.
   *
   * @return true if this call detached it
   */
  public final boolean detach() {
    return Structure.detach(this);
  }

  /**
   * Has {@code callback} called once, on {@code executor}, when the parent that the child has now
   * is collected or closes its container while the child is still attached. A detach or a reparent
   * ends the watch. An orphan is called back at once.
   *
   * <p>The child is held weakly meanwhile: one that is collected with its parent is not called. The
   * callback gets the child and must not capture anything, because what it captured could be what
   * keeps the parent alive: a static method, a lambda that uses only its argument, or {@code
   * Node::lost}. The executor is held strongly, and must not lead to the parent either: one that
   * belongs to the parent keeps it alive, and nobody can see that from here. When a collection
   * clears the parent is up to the collector; an executor that runs tasks on the calling thread
   * holds up the callbacks of others. What the callback throws goes to the log {@code
   * dev.keelson.link}.
   *
   * @param child the child whose link this is
   * @throws IllegalArgumentException if this is not the child's link, if {@code callback} captures
   *     (the message names what), or if {@code executor} is the parent
   * @throws IllegalStateException if the child has no parent and never lost one
   */
  public final <C extends Linked<P>> void onOrphaned(
      C child, Consumer<? super C> callback, Executor executor) {
    requireOwn(child);
    Orphans.<C>watch(this, callback, executor);
  }

  /**
   * Keeps the child, its parent and all further ancestors, as they are now, until the pin is
   * closed: for work that runs on behalf of a child and must not lose its tree meanwhile. A pin
   * that is never closed keeps them for good; {@link #pinUntil} closes by itself.
   */
  public final Pin pin() {
    return Pin.of(this);
  }

  /**
   * {@linkplain #pin Pins} until {@code work} is complete, in whatever way, a cancel included. Work
   * that is dropped without ever being completed keeps the pin for good.
   *
   * @return the pin, which may be closed earlier
   */
  public final Pin pinUntil(CompletionStage<?> work) {
    requireNonNull(work, "work");
    Pin pin = pin();
    try {
      work.whenComplete((result, failure) -> pin.close());
    } catch (RuntimeException | Error e) {
      pin.close();
      throw e;
    }
    return pin;
  }

  private void requireOwn(Linked<P> child) {
    if (requireNonNull(child, "child").parentLink() != this) {
      throw new IllegalArgumentException(
          "child is not the one whose link this is: call it on child.parentLink()");
    }
    claim(child);
  }

  /** Learns or checks whose link this is. */
  abstract void claim(Object child);

  /** The child whose link this is; only of a link that was claimed. */
  abstract Object node();

  /** The link of {@code child}, claimed. Calls the child's code. */
  static ParentLink<?> of(Linked<?> child, String argument) {
    ParentLink<?> link = requireNonNull(child, argument).parentLink();
    if (link == null) {
      throw new IllegalStateException(
          "parentLink() of "
              + argument
              + " ("
              + child.getClass().getName()
              + ") is null; it must return the same ParentLink each time, and not before the"
              + " constructor has set it");
    }
    link.claim(child);
    return link;
  }

  final @Nullable Owner owner() {
    return owner;
  }

  /** The container in which the child is, if it is in one. */
  final @Nullable Children<?, ?> container() {
    Owner now = owner;
    return now == null ? null : now.get();
  }

  /** From no parent to a parent; false if somebody else was faster. */
  final boolean adopted(@Nullable Owner before, Owner after) {
    return OWNER.compareAndSet(this, before, after);
  }

  /** From a parent to another or to none, under the stripe of the container it is in. */
  final void moved(@Nullable Owner after) {
    owner = after;
  }

  final boolean isParent() {
    return (word & PARENT) != 0;
  }

  final void markParent() {
    if (!isParent()) {
      WORD.getAndBitwiseOr(this, PARENT);
    }
  }

  final int slot() {
    return word & ~PARENT;
  }

  final void slot(int slot) {
    int before;
    do {
      before = word;
    } while (!WORD.compareAndSet(this, before, (before & PARENT) | slot));
  }
}
