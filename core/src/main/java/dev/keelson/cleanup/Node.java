/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * A registration of a {@link StripedRegistry}: the phantom reference to its owner and the handle of
 * the user in one object, of 40 bytes with compressed references, and 4 for its place.
 */
final class Node<S> extends PhantomReference<Object> implements Entry<S> {

  /*
   * There is one class of nodes, made in one place. What only those have that are followed is in their kinds: a second class
   * would make what the compiler knows of a new node end where the two meet. On JDK 25 the benchmark saw that, by about a tenth.
   *
   * States
   * ------
   *   IN    slot != OUT: the stripe's arrays hold it, strongly, and the action waits
   *   OUT   slot == OUT: somebody has taken it out, and runs the action, has run it, or has detached it
   *
   *   IN -> OUT   in Stripe.remove, under the stripe's lock, by the first of: clean, close, detach, the collector, the exit, the
   *               close of the realm. There is no way back.
   *
   * A node is not cleared when it is taken out early: clearing costs more than letting a node be enqueued whose owner dies while
   * somebody still refers to the node. The collector finds it OUT and drops it. Mostly it dies with its owner, and no collector
   * sees it.
   *
   * `slot` changes only under the stripe's lock. The number of the stripe in it never changes, so that it may be read without; so
   * may OUT, because it is final. `state` is cleared by who took the node out, and by nobody else.
   */

  /** The number of a stripe, whether the exit runs it, and the place in the stripe. */
  static final int PLACE = (1 << 24) - 1;

  static final int AT_EXIT = 1 << 24;
  private static final int STRIPE_SHIFT = 25;

  /** The node is in no stripe. */
  static final int OUT = -1;

  private final Kind<? super S> kind;
  private @Nullable S state;

  private static final VarHandle SLOT;

  static {
    try {
      SLOT = MethodHandles.lookup().findVarHandle(Node.class, "slot", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** See above; {@link #OUT} until {@link Stripe#insert}. */
  int slot = OUT;

  Node(Object owner, S state, Kind<? super S> kind) {
    super(owner, Collector.QUEUE);
    this.state = state;
    this.kind = kind;
  }

  static int slot(int stripe, int place) {
    return (stripe << STRIPE_SHIFT) | place;
  }

  static int stripe(int slot) {
    return slot >>> STRIPE_SHIFT;
  }

  StripedRegistry registry() {
    return kind.registry;
  }

  /** Takes it out; null if somebody else has. */
  @Nullable
  S claim() {
    if (!kind.registry.remove(this)) {
      return null;
    }
    S last = state;
    state = null;
    return last;
  }

  @Override
  public boolean clean() {
    S last = claim();
    if (last == null) {
      return false;
    }
    kind.action.accept(last);
    return true;
  }

  /** As {@link #clean}, and says who made it, because nobody closed it. */
  boolean cleanCollected() {
    S last = claim();
    if (last == null) {
      return false;
    }
    Track track = kind.track;
    String label = track == null ? "" : Leaks.label(last);
    try {
      kind.action.accept(last);
    } finally {
      if (track != null) {
        kind.registry.leaks().found(track, label);
      }
    }
    return true;
  }

  @Override
  public void close() {
    clean();
  }

  @Override
  public Optional<S> detach() {
    return Optional.ofNullable(claim());
  }

  /** Who takes this out clears the state a moment later: the place tells, and is asked first. */
  @Override
  public Optional<S> peek() {
    return isAlive() ? Optional.ofNullable(state) : Optional.empty();
  }

  @Override
  public boolean isAlive() {
    return getAcquireSlot() != OUT;
  }

  /** Outside the stripe's lock: fresh enough for a loop that waits for {@link #OUT}. */
  int getAcquireSlot() {
    return (int) SLOT.getAcquire(this);
  }

  @Override
  public Registration<S> atExit(boolean run) {
    ExitActions.mark(this, run, marked -> kind.registry.mark(this, marked));
    return this;
  }

  @Override
  public void touch(String hint) {
    requireNonNull(hint, "hint");
    Track track = kind.track;
    if (track != null) {
      track.use(hint);
    }
  }

  @Override
  public String describe() {
    return kind.named().getName() + " in realm " + kind.registry.name();
  }

  /** The collector's own business; a node is taken out and never cleared. */
  @Override
  public void clear() {
    throw new UnsupportedOperationException("a registration is ended by close() or detach()");
  }

  @Override
  public boolean enqueue() {
    throw new UnsupportedOperationException("a registration is ended by close() or detach()");
  }

  @Override
  public String toString() {
    return "Registration[" + describe() + (isAlive() ? "]" : ", over]");
  }
}
