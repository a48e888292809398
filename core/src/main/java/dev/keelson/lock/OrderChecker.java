/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import com.google.common.collect.MapMaker;
import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.StackRoom;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import javax.annotation.Nullable;

/**
 * Checks the order in which the locks of one registry are taken. Safe for use by multiple threads.
 */
final class OrderChecker {

  /*
   * What is proved
   * --------------
   * A graph over names has an edge A -> B once a thread asked for B while it held A. As long as it
   * has no cycle, no set of threads can wait for each other in a circle; so an edge that would close
   * one is told, although nobody hangs. One thread that takes both orders one after the other is
   * enough. A tryLock without a time waits for nobody: it adds no edge to its lock, but edges from
   * it.
   *
   * What it costs
   * -------------
   * 1. Where a thread takes a lock is a Position: the locks it holds, and that one. A position in
   *    which the lock may be waited for stays so, and remembers it. A lock remembers the position in
   *    which it was last: if that is the caller's, there is nothing to look up (CheckedSync),
   *    otherwise the thread's HeldChain knows the position.
   * 2. Otherwise the names decide. A thread's chain of held names has a 64-bit hash, made of the
   *    hash of the chain without its last name. That a lock may be taken at the end of a chain is
   *    an OrderProof, looked for in `proved`, a table that loses old entries to new ones.
   * 3. Otherwise every pair of a held name and the new one is looked up in `pairs`. No lock so far.
   * 4. Only a pair never seen goes to the graph, under its lock: there it is looked for a path back
   *    and put in, in one step, so that two threads that bring A -> B and B -> A at the same time
   *    cannot both find the graph without the other's edge.
   * The numbers of locks of a ranked name are no part of the hash; they are compared before.
   *
   * Whose locks they are
   * --------------------
   * The chain is the thread's own, so a lock that somebody else takes away stays in it. So do locks
   * whose unlock was cut off by an error. `losses` counts what may have gone wrong; a chain that is
   * behind asks every lock's word before it is used again. A lock enters the chain before it is
   * taken, while an error still means that it is not.
   *
   * The position that a lock remembers is mostly that of the thread that comes again. So a lock may
   * keep the chain of a thread that has ended, and that one the inner half of some dozen locks; the
   * registry still forgets those, as it goes by their outer half, the ResettableLock.
   */

  private static final AtomicIntegerFieldUpdater<OrderChecker> LOSSES =
      AtomicIntegerFieldUpdater.newUpdater(OrderChecker.class, "losses");

  private static final int PROVED_BITS = 12;
  private static final int CACHED_CHAINS = 1 << 8;

  /** More names than that are not checked. */
  private static final int MOST_CLASSES = 1 << 13;

  /** More pairs than that are not remembered, and not checked. */
  static final int MOST_PAIRS = 1 << 16;

  /** More violations than that are told, but not kept. */
  static final int MOST_VIOLATIONS = 100;

  private final boolean throwing;
  private final ConcurrentMap<String, LockClass> classes = new ConcurrentHashMap<>();
  private final AtomicInteger classIds = new AtomicInteger();

  /** By the hash of the longer chain; any entry may be anybody's. */
  private final OrderProof[] proved = new OrderProof[1 << PROVED_BITS];

  /** Pairs of class ids whose edge is in the graph, or whose violation was logged. */
  final ConcurrentMap<Long, Boolean> pairs = new ConcurrentHashMap<>();

  private final OrderGraph graph = new OrderGraph();

  /**
   * One for each thread. Not in a thread local: a chain names locks, those name the checker, and so
   * every thread that ever took one would keep a registry that was dropped.
   */
  private final ConcurrentMap<Thread, HeldChain> chains = new MapMaker().weakKeys().makeMap();

  /** Chains by thread id, in front of the map; any entry may be anybody's. */
  private final HeldChain[] cache = new HeldChain[CACHED_CHAINS];

  private volatile int losses;

  private final Queue<LockOrderException> violations = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kept = new AtomicInteger();

  OrderChecker(boolean throwing) {
    this.throwing = throwing;
  }

  /** The class of that name; one that came too late is not checked and stands for all of those. */
  LockClass classOf(String name, boolean ranked) {
    LockClass known = classes.get(name);
    if (known != null) {
      return known;
    }
    if (classes.size() >= MOST_CLASSES) {
      return new LockClass(name, 0, ranked);
    }
    return classes.computeIfAbsent(
        name, key -> new LockClass(key, classIds.incrementAndGet(), ranked));
  }

  /** Before the lock is taken. */
  void acquiring(LockObserver lock, boolean mayBlock) {
    HeldChain chain = mine();
    catchUp(chain);
    enter(chain, lock, mayBlock);
  }

  private void enter(HeldChain chain, LockObserver lock, boolean mayBlock) {
    Position next = chain.next(lock);
    if (mayBlock && !next.proved) {
      if (lock.kind.ranked && !lock.kind.nestable) {
        checkRank(chain, lock);
      }
      OrderProof known = proved[slotOf(next.hash)];
      next.proved =
          (known != null && known.longer() == next.hash && known.chain() == chain.hash())
              || prove(chain, next);
    }
    chain.top = next.number;
  }

  /** Where the caller's chain ends, if that is a place where it may wait for that lock. */
  @Nullable
  Position waitedFor(LockObserver lock) {
    Position last = mine().last();
    return last != null && last.lock == lock && last.proved ? last : null;
  }

  private void catchUp(HeldChain chain) {
    int lost = losses;
    if (chain.losses != lost) {
      chain.prune();
      chain.losses = lost;
    }
  }

  /** It was given back, or not taken at all. */
  void dropped(LockObserver lock) {
    try {
      mine().drop(lock);
    } catch (Throwable e) { // the stack's edge: the chain may name a lock too many now
      lost();
    }
  }

  /** A lock was taken away from its owner. */
  void lost() {
    LOSSES.incrementAndGet(this);
  }

  /**
   * The lock will be given back and taken again by a waiter on a condition: as if it were asked for
   * last. Refuses that now, as the waiter could not be refused later.
   */
  void awaiting(LockObserver lock) {
    HeldChain chain = mine();
    catchUp(chain);
    Position last = chain.last();
    if (last != null && last.lock == lock) {
      return; // nothing was taken after it
    }
    chain.drop(lock);
    try {
      enter(chain, lock, true);
    } catch (Throwable e) {
      chain.push(lock); // it is held still
      throw e;
    }
  }

  /** Of the bits that depend on all others. */
  private static int slotOf(long hash) {
    return (int) (hash >>> (Long.SIZE - PROVED_BITS));
  }

  private HeldChain mine() {
    Thread me = Thread.currentThread();
    long id = ThreadIds.of(me);
    HeldChain cached = cache[(int) id & (CACHED_CHAINS - 1)];
    return cached != null && cached.thread == id ? cached : find(me, id);
  }

  private HeldChain find(Thread me, long id) {
    StackRoom.ensure(); // an error inside of the map would leave a part of it locked
    HeldChain chain = chains.get(me);
    if (chain == null) {
      chain = new HeldChain(id);
      chains.put(me, chain);
    }
    cache[(int) id & (CACHED_CHAINS - 1)] = chain;
    return chain;
  }

  private void checkRank(HeldChain chain, LockObserver lock) {
    for (Position each = chain.last(); each != null; each = chain.before(each)) {
      LockObserver held = each.lock;
      if (held.kind == lock.kind && held.rank >= lock.rank && held != lock) {
        refuse(OrderTexts.rank(held, lock), held.kind, lock.kind);
        return;
      }
    }
  }

  /**
   * The way of a chain that was not met before, or whose place in the table was taken. False if
   * that proves nothing: the lock itself is in the chain still.
   */
  private boolean prove(HeldChain chain, Position next) {
    boolean itself = false;
    for (Position each = chain.last(); each != null; each = chain.before(each)) {
      if (each.lock == next.lock) {
        itself = true;
      } else {
        prove(each.lock, next.lock);
      }
    }
    if (!itself && next.lock.kind.id != 0) {
      proved[slotOf(next.hash)] = new OrderProof(chain.hash(), next.hash);
    }
    return !itself;
  }

  private void prove(LockObserver held, LockObserver lock) {
    LockClass from = held.kind;
    LockClass to = lock.kind;
    long pair = (long) from.id << 32 | to.id;
    if (from.id == 0 || to.id == 0 || pairs.containsKey(pair)) {
      return;
    }
    if (from == to) {
      if (!to.ranked && !to.nestable) {
        refuse(OrderTexts.sameName(held), from, to);
      }
      return;
    }
    if (pairs.size() >= MOST_PAIRS) {
      return;
    }
    OrderGraph.Violation violation = graph.add(from, to, held.site());
    if (violation != null) {
      refuse(OrderTexts.violation(violation), from, to);
    }
    pairs.put(pair, true);
  }

  List<LockOrderException> violations() {
    return List.copyOf(violations);
  }

  private void refuse(LockOrderException violation, LockClass from, LockClass to) {
    if (throwing) {
      keep(violation);
      throw violation;
    }
    if (pairs.put((long) from.id << 32 | to.id, true) == null) {
      keep(violation);
      Daemons.complain(OrderChecker.class, String.valueOf(violation.getMessage()), violation);
    }
  }

  private void keep(LockOrderException violation) {
    if (kept.get() < MOST_VIOLATIONS && kept.getAndIncrement() < MOST_VIOLATIONS) {
      violations.add(violation);
    }
  }
}
