/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.annotation.Nullable;
import javax.annotation.concurrent.ThreadSafe;

/**
 * The children of one parent: held strongly from here, while each of them knows its parent weakly.
 *
 * <p>The parent keeps it in a field, and whoever keeps the parent keeps the children:
 *
 * <pre>{@code
 * final class Task extends LinkedNode<Project> {
 *   final Children<Task, Subtask> subtasks = Children.of(this);
 * }
 * }</pre>
 *
 * <p>A container that nobody keeps is collected although its parent lives, and its children are
 * orphans then. A parent may have several containers. All children of one share one weak handle,
 * made by the first attach: a node without children has none.
 *
 * <p>Safe for use by multiple threads. An attach, a detach and a reparent take effect at one
 * instant for whoever asks the child. Iteration never fails and never waits: it meets each child
 * that is attached all the while exactly once, in the order of attachment, and one that comes or
 * goes meanwhile perhaps. Attaching and detaching take constant time on average, whatever the
 * number of siblings; moving a child that has children of its own, or had some, holds up all other
 * changes for as long as it takes to walk up from the new parent.
 *
 * <p>Memory consistency effects: what a thread did before it attached a child <i>happens-before</i>
 * what another does after it met the child here.
 *
 * @param <P> the type of the parent
 * @param <C> the type of the children
 */
@ThreadSafe
public final class Children<P, C extends Linked<P>> implements Iterable<C> {

  // Three fields and no more: with the header they fill 24 bytes, and every inner node has one.

  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(Children.class, "owner", Owner.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The parent; or, once it is known, the FieldLink of a parent that is itself linked. */
  private volatile Object node;

  /** Null until the first attach. {@link Owner#CLOSED} for good once closed. */
  private volatile @Nullable Owner owner;

  private volatile ParentLink<?>[] slots = Slots.NONE;

  private Children(P parent) {
    this.node = parent;
  }

  /**
   * An empty container for the children of {@code parent}, which may still be in its constructor.
   *
   * @throws IllegalArgumentException if {@code parent} is the link of a node instead of a node
   */
  public static <P, C extends Linked<P>> Children<P, C> of(P parent) {
    if (requireNonNull(parent, "parent") instanceof FieldLink) {
      throw new IllegalArgumentException("parent is a ParentLink; pass the node whose link it is");
    }
    return new Children<>(parent);
  }

  /** Whose children these are. */
  @SuppressWarnings("unchecked") // put there by of()
  public P parent() {
    Object now = node;
    return (P) (now instanceof FieldLink<?> link ? link.node() : now);
  }

  /**
   * Attaches a child that has no parent: one that never had, was detached, or is an orphan.
   *
   * @return false if it is attached here already
   * @throws IllegalArgumentException if {@code child} is the parent or an ancestor of it, or if its
   *     {@code parentLink()} is another child's
   * @throws IllegalStateException if it is attached elsewhere, if its {@code parentLink()} is null,
   *     or if this container is closed
   */
  public boolean attach(C child) {
    return Structure.attach(this, ParentLink.of(child, "child"), false);
  }

  /**
   * Attaches a child whether it has a parent or not: {@link ParentLink#reparent} from this side.
   *
   * @return false if it is attached here already
   * @throws IllegalArgumentException as {@link #attach}
   * @throws IllegalStateException if its {@code parentLink()} is null, or if this container is
   *     closed
   */
  public boolean adopt(C child) {
    return Structure.attach(this, ParentLink.of(child, "child"), true);
  }

  /**
   * Takes a child out; it has no parent then.
   *
   * @return false if it is not attached here
   */
  public boolean detach(C child) {
    return Structure.detach(this, ParentLink.of(child, "child"));
  }

  /** Whether {@code child} is attached here. */
  public boolean contains(C child) {
    return ParentLink.of(child, "child").container() == this;
  }

  /** How many children there are. */
  public int size() {
    Owner now = owner;
    return now == null ? 0 : now.live();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return size() == 0;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return owner == Owner.CLOSED;
  }

  /**
   * Ends this container for good: the children are orphaned, nothing can be attached any more. The
   * parent itself is not touched. A second close does nothing, and does not wait for the first.
   *
   * @throws IllegalStateException if {@code policy} is {@link OrphanPolicy#REFUSE_IF_CHILDREN} and
   *     there are any; or, after everything is done, if children failed to close: with the first
   *     failure as its cause and the others suppressed
   */
  public void close(OrphanPolicy policy) {
    Closing.close(this, requireNonNull(policy, "policy"));
  }

  /**
   * The children at one instant, in the order of attachment, unmodifiable. Waits for a change that
   * is being made.
   */
  @SuppressWarnings("unchecked") // only a C was attached
  public List<C> snapshot() {
    Owner now = owner;
    if (now == null) {
      return List.of();
    }
    Stripes.lock(now);
    try {
      return Slots.live(slots).stream().map(link -> (C) link.node()).toList();
    } finally {
      Stripes.unlock(now);
    }
  }

  /** Weakly consistent, as said above; {@code remove} detaches. */
  @Override
  public Iterator<C> iterator() {
    return new Siblings(slots, owner);
  }

  /** What {@link #iterator} meets. */
  public Stream<C> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /**
   * Everything beneath, each node before its own children, siblings in the order of attachment. As
   * weakly consistent as iteration: what is moved meanwhile may be met twice or not at all. Needs
   * no stack, however deep the tree.
   *
   * @param childrenOf the container of a node, or null if it has none
   */
  public Stream<C> walk(Function<? super C, ? extends Children<?, ? extends C>> childrenOf) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            new DepthFirst<C>(this, requireNonNull(childrenOf, "childrenOf")),
            Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** Names the parent's class and the number of children, and none of their own words. */
  @Override
  public String toString() {
    return "Children[of="
        + parent().getClass().getName()
        + ", "
        + (isClosed() ? "closed" : "size=" + size())
        + "]";
  }

  /**
   * The parent's own link, if it has one; calls its code the first time. From then on {@link
   * #knownLink} knows it.
   */
  @Nullable
  ParentLink<?> link() {
    ParentLink<?> known = knownLink();
    if (known == null && node instanceof Linked<?> linked) {
      known = ParentLink.of(linked, "the parent");
      node = known;
    }
    return known;
  }

  /** The parent's own link if it was asked for before; always known once a child was attached. */
  @Nullable
  ParentLink<?> knownLink() {
    return node instanceof ParentLink<?> link ? link : null;
  }

  @Nullable
  Owner owner() {
    return owner;
  }

  /** The handle, which is made now if there is none yet; {@link Owner#CLOSED} if closed. */
  Owner ensureOwner() {
    Owner now = owner;
    return now == null ? first(new Owner(this)) : now;
  }

  /** The handle; where there is none yet, this is closed now. */
  Owner ownerOrClose() {
    Owner now = owner;
    return now == null ? first(Owner.CLOSED) : now;
  }

  /** Puts the first owner there, unless somebody was faster; says who is there. */
  private Owner first(Owner mine) {
    return OWNER.compareAndSet(this, null, mine) ? mine : requireNonNull(owner);
  }

  /** The handle for a new child. Under the stripe. */
  Owner openOwner() {
    Owner now = requireNonNull(owner);
    if (now == Owner.CLOSED || now.closing) {
      throw new IllegalStateException(
          "the Children of this " + parent().getClass().getName() + " are closed");
    }
    return now;
  }

  /** Ends it. Under the stripe. */
  void closed() {
    Owner last = requireNonNull(owner);
    owner = Owner.CLOSED;
    slots = Slots.NONE;
    last.count(-last.live());
    last.clear(); // the instant at which every child is an orphan
  }

  ParentLink<?>[] slots() {
    return slots;
  }

  void slots(ParentLink<?>[] fresh) {
    slots = fresh;
  }

  private final class Siblings implements Iterator<C> {
    private final ParentLink<?>[] seen;
    private final @Nullable Owner handle;
    private int next;
    private @Nullable C ahead;
    private @Nullable C last;

    Siblings(ParentLink<?>[] seen, @Nullable Owner handle) {
      this.seen = seen;
      this.handle = handle;
    }

    @Override
    @SuppressWarnings("unchecked") // only a C was attached
    public boolean hasNext() {
      while (ahead == null && next < seen.length) {
        ParentLink<?> link = Slots.at(seen, next++);
        if (link != null && link.owner() == handle) {
          ahead = (C) link.node();
        }
      }
      return ahead != null;
    }

    @Override
    public C next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      last = requireNonNull(ahead);
      ahead = null;
      return last;
    }

    @Override
    public void remove() {
      if (last == null) {
        throw new IllegalStateException("call next() before each remove()");
      }
      detach(last);
      last = null;
    }
  }
}
