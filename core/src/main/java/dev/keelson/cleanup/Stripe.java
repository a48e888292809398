/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import javax.annotation.Nullable;

/**
 * A part of a registry: nodes in arrays, without gaps, under a lock of one word. A node's
 * membership is what is claimed: whoever takes it out runs its action.
 */
class Stripe extends Sampler {

  /*
   * Layout. Nodes fill segments of 512 from the front. A node knows its place, so that it is taken out in constant time: the last
   * node of all moves into the gap. Arrays and not a linked list, because a collector that has to follow a million links does so
   * one after the other, and because a link costs eight bytes a node. One empty segment is kept when the nodes get fewer, so that
   * a node that comes and goes at a segment's edge allocates nothing.
   *
   * Young segments. To store a new node into an old array costs with G1, before JDK 26, a full fence. So the
   * segment in which nodes come and go is replaced by a copy every thousand nodes or so: where they come and go fast it is young.
   * The old one is emptied, or a collection of the young would take it for a reason to keep what it held.
   *
   * Lock. `word` is 1 while a thread is in here. It stays in for some twenty instructions, or for the allocation of an array, and
   * runs nobody else's code; so others spin, and after a while yield to it, because it may have lost its processor. No monitor: a
   * virtual thread is never pinned, and never unmounted in here.
   *
   * Room on the stack may end anywhere. Between the CAS and the release nothing is called that is not a primitive of the JVM, but
   * for `renew`, which comes before the first change. A release write is a call in the interpreter; where that call finds no room, a
   * handler releases by a volatile write, which is none. What is seldom called writes volatile in the first place.
   */

  static final int SEGMENT = 512;

  /** Of the number of insertions, the bits that are zero when a segment is replaced. */
  private static final int RENEWAL = 1_023;

  private static final int SEGMENT_SHIFT = 9;
  private static final int SPINS = 64;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Stripe.class, "word", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** 0 is free, 1 is taken: 0 -> 1 by CAS, 1 -> 0 by a release write of the thread that took it. */
  @SuppressWarnings("UnusedVariable") // the handle reads it
  private volatile int word;

  // All below is read and written only by the thread that holds the word.

  private int size;

  /** How many nodes were put in. Also read without the word, by who asks the sampler. */
  private int insertions;

  private boolean closed;
  private Node<?>[][] segments = new Node<?>[1][];

  /** What became of an insertion. */
  enum Inserted {
    /** It is in, and somebody watches the registry. */
    WATCHED,
    /** It is in, and nobody watches the registry yet. */
    UNWATCHED,
    FULL,
    CLOSED
  }

  /** With {@link LeakLevel#oneIn} of the level. */
  Stripe(int oneIn) {
    super(oneIn);
  }

  /**
   * Keeps what two stripes write on different cache lines. A subclass, because the JVM puts its
   * fields behind all others and long ones first.
   */
  static final class Padded extends Stripe {

    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe;

    Padded(int oneIn) {
      super(oneIn);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint is all that is meant
  private void lock() {
    for (int spins = 0; !WORD.compareAndSet(this, 0, 1); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Whether the next node is followed. */
  final boolean hits() {
    return hits(insertions);
  }

  /**
   * Puts a node in.
   *
   * @param number this stripe's number, for the node's {@code slot}
   * @param capacity how many nodes fit
   */
  final Inserted insert(Node<?> node, int number, int capacity, StripedRegistry registry) {
    lock();
    int place = size;
    try {
      Inserted outcome;
      if (closed) {
        outcome = Inserted.CLOSED;
      } else if (place == capacity) {
        outcome = Inserted.FULL;
      } else {
        Node<?>[] segment =
            place >>> SEGMENT_SHIFT < segments.length ? segments[place >>> SEGMENT_SHIFT] : null;
        insertions++;
        if (segment == null || (insertions & RENEWAL) == 0) {
          segment = renew(place);
        }
        segment[place & (SEGMENT - 1)] = node;
        node.slot = Node.slot(number, place);
        size = place + 1;
        // Read in here: the watcher that gives up says so before it looks in here whether we are
        // empty.
        outcome = registry.watched ? Inserted.WATCHED : Inserted.UNWATCHED;
      }
      WORD.setRelease(this, 0);
      return outcome;
    } catch (Throwable noRoom) {
      if (size > place) {
        size = place;
        node.slot = Node.OUT;
        segments[place >>> SEGMENT_SHIFT][place & (SEGMENT - 1)] = null;
      }
      word = 0;
      throw noRoom;
    }
  }

  /**
   * A new segment for that place, which is the last, with what is in the one before; nothing has
   * changed if there is no memory for it.
   */
  private Node<?>[] renew(int place) {
    int index = place >>> SEGMENT_SHIFT;
    Node<?>[] segment = new Node<?>[SEGMENT];
    if (index >= segments.length) {
      segments = Arrays.copyOf(segments, segments.length * 2);
    }
    Node<?>[] old = segments[index];
    int used = old == null ? 0 : place & (SEGMENT - 1);
    for (int i = 0; i < used; i++) {
      segment[i] = old[i];
    }
    segments[index] = segment;
    for (int i = 0; i < used; i++) {
      old[i] = null;
    }
    return segment;
  }

  /**
   * Takes a node out, if it is in: this is where close, collector, exit and the close of the realm
   * race, and one of them wins.
   *
   * @return the node's last {@code slot}; {@link Node#OUT} if it was out
   */
  final int remove(Node<?> node) {
    lock();
    int slot = node.slot;
    if (slot != Node.OUT) {
      int gap = slot & Node.PLACE;
      int last = size - 1;
      Node<?>[] tail = segments[last >>> SEGMENT_SHIFT];
      if (gap != last) {
        Node<?> moved = tail[last & (SEGMENT - 1)];
        segments[gap >>> SEGMENT_SHIFT][gap & (SEGMENT - 1)] = moved;
        moved.slot = (moved.slot & ~Node.PLACE) | gap;
      }
      tail[last & (SEGMENT - 1)] = null;
      node.slot = Node.OUT;
      size = last;
      if ((last & (SEGMENT - 1)) == 0) {
        int spare = (last >>> SEGMENT_SHIFT) + 1;
        if (spare < segments.length) {
          segments[spare] = null;
        }
      }
    }
    try {
      WORD.setRelease(this, 0);
    } catch (Throwable noRoom) { // in an InternalError, the first time
      word = 0;
    }
    return slot;
  }

  /** Sets or clears the mark of a node that is in; returns whether it is. */
  final boolean mark(Node<?> node, boolean marked) {
    lock();
    int slot = node.slot;
    if (slot != Node.OUT) {
      node.slot = marked ? slot | Node.AT_EXIT : slot & ~Node.AT_EXIT;
    }
    word = 0;
    return slot != Node.OUT;
  }

  /** The node that came last, or moved there; it stays in. Null if there is none. */
  @Nullable
  final Node<?> last() {
    lock();
    int last = size - 1;
    Node<?> node = last < 0 ? null : segments[last >>> SEGMENT_SHIFT][last & (SEGMENT - 1)];
    word = 0;
    return node;
  }

  /** Refuses nodes from now on. */
  final void close() {
    lock();
    closed = true;
    word = 0;
  }

  final int size() {
    lock();
    int nodes = size;
    word = 0;
    return nodes;
  }
}
