/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;

/**
 * The watched locks that one thread holds or is about to take, the oldest first. Used by that
 * thread alone.
 */
final class HeldChain {

  /*
   * A chain is a number. Each way in which the thread has come to hold its locks is a Position,
   * which knows its own number and that of the chain without its last lock; so a lock that is taken
   * again where it was taken before costs a comparison and a store, and giving it back costs the
   * same. There are no references to store, which would cost the collector's barrier.
   *
   * Numbers are given in laps. Once the positions of a lap are used up, those in which the thread
   * stands get numbers of the next lap, and the rest is forgotten. A number never comes again, not
   * even that of the chain in which there is nothing, so a position of an old lap, which a lock may
   * remember, fits no chain any more.
   */

  /** Odd, as the remainder of the product must lose nothing. */
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** The hash of the chain in which there is nothing. */
  private static final long EMPTY = FACTOR;

  private static final int FEWEST = 8;

  /** Positions of a lap, unless the thread holds that many locks: they keep their locks alive. */
  private static final int MOST = 64;

  /** Of {@link #losses}: that an error left the chain in doubt. */
  static final int IN_DOUBT = -1;

  /** Final, so that another thread that meets the chain in a cache sees it right. */
  final long thread;

  /** The number in this lap of the chain in which there is nothing. */
  private long empty;

  /** Position {@code empty + i} is at i. */
  private Position[] positions = new Position[FEWEST];

  /** The next one that is free; nothing is at 0. */
  private int used = 1;

  /** By lock and what is under it; any entry may be missing. */
  private Position[] lately = new Position[FEWEST];

  /** The number that stands for all that is held. */
  long top;

  /** Up to which of the checker's losses the chain is known to be true. */
  int losses;

  HeldChain(long thread) {
    this.thread = thread;
  }

  /** The lock that was taken last. */
  @Nullable
  Position last() {
    return at(top);
  }

  /** The one that was taken before it. */
  @Nullable
  Position before(Position position) {
    return at(position.under);
  }

  private @Nullable Position at(long number) {
    return positions[(int) (number - empty)];
  }

  long hash() {
    Position last = last();
    return last == null ? EMPTY : last.hash;
  }

  /** That lock at the chain's end; it does not stand there yet. */
  Position next(LockObserver lock) {
    int slot = slotOf(lock);
    Position known = lately[slot];
    if (known != null && known.under == top && known.lock == lock) {
      return known;
    }
    if (used == positions.length) {
      newLap(held());
      slot = slotOf(lock);
    }
    Position made = new Position(this, lock, top, empty + used, mix(hash(), lock.kind));
    positions[used] = made;
    lately[slot] = made;
    used++;
    return made;
  }

  private int slotOf(LockObserver lock) {
    return (System.identityHashCode(lock) + 31 * (int) top) & (lately.length - 1);
  }

  void push(LockObserver lock) {
    top = next(lock).number;
  }

  /** Takes the latest entry of that lock out, if there is one. */
  void drop(LockObserver lock) {
    Position last = last();
    if (last != null && last.lock == lock) {
      top = last.under;
      return;
    }
    List<LockObserver> held = held();
    int index = held.lastIndexOf(lock);
    if (index >= 0) {
      held.remove(index);
      remove(held, index);
    }
  }

  /** To what is left of the chain, of which the part from that index on comes to stand lower. */
  private void remove(List<LockObserver> left, int index) {
    if (used + left.size() - index > positions.length) {
      newLap(left);
      return;
    }
    long before = top;
    try {
      for (int i = left.size(); i >= index; i--) {
        top = Objects.requireNonNull(last()).under;
      }
      for (int i = index; i < left.size(); i++) {
        push(left.get(i));
      }
    } catch (Throwable e) {
      top = before; // rather one lock too many
      throw e;
    }
  }

  /** Leaves out what the thread does not hold any more: it was taken away, or an error hid it. */
  void prune() {
    List<LockObserver> held = held();
    if (held.removeIf(lock -> !lock.isHeldBy(thread))) {
      newLap(held);
    }
  }

  private List<LockObserver> held() {
    List<LockObserver> held = new ArrayList<>();
    for (Position each = last(); each != null; each = before(each)) {
      held.add(each.lock);
    }
    Collections.reverse(held);
    return held;
  }

  /** Changes nothing before it cannot fail any more. */
  private void newLap(List<LockObserver> held) {
    int size = positions.length;
    while (held.size() >= size / 2) {
      size *= 2;
    }
    size = Math.max(size, Math.min(MOST, 2 * size));
    Position[] again = new Position[size];
    Position[] none = new Position[size];
    long start = empty + positions.length;
    long number = start;
    long hash = EMPTY;
    int next = 1;
    for (LockObserver lock : held) {
      hash = mix(hash, lock.kind);
      again[next] = new Position(this, lock, number, start + next, hash);
      number = start + next;
      next++;
    }
    positions = again;
    lately = none;
    used = next;
    empty = start;
    top = number;
  }

  /** Each name has a random number of its own, so that a polynomial of them is hash enough. */
  private static long mix(long hash, LockClass next) {
    return (hash + next.salt) * FACTOR;
  }
}
