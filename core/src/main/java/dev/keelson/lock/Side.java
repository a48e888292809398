/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.StackRoom;
import dev.keelson.spi.SchedulePoints;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import javax.annotation.Nullable;

/**
 * What a lock needs only once it has met contention, a condition or a reset; most never do.
 *
 * <p>"The thief" is a thread that ends somebody else's tenure: while it is at it the word names it,
 * so that there is one at most.
 */
final class Side {

  private static final int REMEMBERED = 8;

  /** Enough to wake one. */
  private static final int FEW_FRAMES = 8;

  private static final AtomicReferenceFieldUpdater<Side, LostTenure> PENDING =
      AtomicReferenceFieldUpdater.newUpdater(Side.class, LostTenure.class, "pending");
  private static final AtomicReferenceFieldUpdater<Side, Waiter> WAKE =
      AtomicReferenceFieldUpdater.newUpdater(Side.class, Waiter.class, "wake");
  private static final AtomicReferenceFieldUpdater<Side, Wait> WAITS =
      AtomicReferenceFieldUpdater.newUpdater(Side.class, Wait.class, "waits");
  private static final AtomicReferenceFieldUpdater<Side, List<WeakReference<LockCondition>>>
      CONDITIONS = conditions();
  private static final AtomicIntegerFieldUpdater<Side> EVICTIONS =
      AtomicIntegerFieldUpdater.newUpdater(Side.class, "evictions");
  private static final AtomicIntegerFieldUpdater<Side> WATCHED =
      AtomicIntegerFieldUpdater.newUpdater(Side.class, "watched");

  /** How many tenures were ended by a thief, who alone writes it. */
  private volatile int generation;

  /** The last of them, the latest at the end; never changed in place, replaced by a thief. */
  private volatile LostTenure[] history = {};

  /** How many times everybody who waited was sent away; those who came earlier leave. */
  private volatile int evictions;

  volatile String evictReason = "";

  /** What the lock guards may be broken; written by thieves and by the lock's owner. */
  volatile boolean inconsistent;

  /** Whose abandonment the next owner has to tell to {@code onAbandoned}. */
  private volatile @Nullable LostTenure pending;

  /**
   * Live threads whose tenure was ended by force and who have not met the lock since: one of them
   * may stand right between two steps of {@code lock} or {@code unlock}, and write the lock's
   * diagnostic owner in the middle of somebody else's tenure. As long as there are any, every word
   * is marked and every owner is among the {@link #keepers}.
   */
  final ConcurrentMap<Long, Thread> strays = new ConcurrentHashMap<>(2);

  /** Whether there ever was one, or is about to be; most locks never have any. */
  private volatile boolean everStray;

  /** Those who came by and locked again: an unlock too many is to tell them, however late it is. */
  final ConcurrentMap<Long, Thread> owed = new ConcurrentHashMap<>(2);

  /** Who may hold the lock while there are strays; each thread enters and removes itself. */
  final ConcurrentMap<Long, Thread> keepers = new ConcurrentHashMap<>(2);

  /**
   * What each thief, by its id, is about to write down: entered before the theft, so that whoever
   * it deprives finds it at any time, here or in the {@link #history}.
   */
  private final ConcurrentMap<Long, Unwritten> thefts = new ConcurrentHashMap<>(2);

  /** Signalled and not woken: the latest first. The word is marked when there are any. */
  private volatile @Nullable Waiter wake;

  private volatile @Nullable Wait waits;
  private volatile List<WeakReference<LockCondition>> conditions = List.of();
  private volatile int watched;

  /** Where the last one who had to wait took the lock, if that is recorded; for people. */
  volatile @Nullable AcquisitionSite site;

  @SuppressWarnings("unchecked")
  private static AtomicReferenceFieldUpdater<Side, List<WeakReference<LockCondition>>>
      conditions() {
    Class<List<WeakReference<LockCondition>>> list =
        (Class<List<WeakReference<LockCondition>>>) (Class<?>) List.class;
    return AtomicReferenceFieldUpdater.newUpdater(Side.class, list, "conditions");
  }

  // ---- ended tenures

  int generation() {
    return generation;
  }

  LostTenure[] history() {
    return history;
  }

  /**
   * The array for {@link #ended}: made before the theft, so that nothing fails after it unless
   * another theft came between.
   */
  LostTenure[] longer() {
    LostTenure[] before = history;
    int dropped = before.length < REMEMBERED ? 0 : 1;
    return Arrays.copyOfRange(before, dropped, before.length + 1);
  }

  /**
   * By the thief; returns what is remembered. A tenure that was reset and begun anew by the same
   * owner since the record was made looks the same to the theft: no number may be given twice.
   */
  LostTenure ended(LostTenure lost, LostTenure[] next) {
    int number = generation + 1;
    if (lost.generation() == number) {
      return ended(number, lost, next);
    }
    generation = number; // whether or not there is memory for the rest
    return ended(number, lost.numbered(number), longer());
  }

  private LostTenure ended(int number, LostTenure lost, LostTenure[] next) {
    next[next.length - 1] = lost;
    history = next;
    generation = number;
    return lost;
  }

  /** By a thief, before the theft. */
  void steals(Long thief, LostTenure lost) {
    thefts.put(thief, new Unwritten(lost, new Unwritten(lost, null)));
  }

  /** By a thief whose theft has failed. */
  void stoleNothing(Long thief) {
    thefts.remove(thief);
  }

  /** The last tenure that this thread was deprived of, as far back as is remembered. */
  @Nullable
  LostTenure lostBy(long word, long thread) {
    Unwritten theft = unwritten(word, thread);
    if (theft != null) {
      return theft.lost;
    }
    LostTenure[] all = history; // read last: what goes from the thefts is in here before
    for (int i = all.length - 1; i >= 0; i--) {
      if (all[i].ownerId() == thread) {
        return all[i];
      }
    }
    return null;
  }

  /** By a thief, before it deprives a live owner. */
  void expectStray() {
    everStray = true;
  }

  /** Whether a live owner was ever deprived: else nobody needs to be told of anything. */
  boolean isSpotless() {
    return !everStray;
  }

  /** By the thief, last; in one step with {@link #takeUnwritten}, so that nobody is told twice. */
  void written(Long thief, @Nullable Thread stray) {
    thefts.computeIfPresent(
        thief,
        (id, theft) -> {
          if (stray != null && theft.told != null) {
            strays.put(theft.lost.ownerId(), stray);
          }
          return null;
        });
  }

  /**
   * This thread's tenure, if the thief that the word names has ended it and is still writing that
   * down; the thread has come by then, and becomes no stray. Null if all that it lost is written,
   * and the second time: {@link #lostBy} has it still.
   */
  @Nullable
  LostTenure takeUnwritten(long word, long thread) {
    Unwritten theft = unwritten(word, thread);
    if (theft == null || theft.told == null) {
      return null;
    }
    return thefts.replace(Word.owner(word), theft, theft.told) ? theft.lost : null;
  }

  private @Nullable Unwritten unwritten(long word, long thread) {
    Unwritten theft = Word.isReset(word) ? thefts.get(Word.owner(word)) : null;
    return theft != null && theft.lost.ownerId() == thread ? theft : null;
  }

  /** A theft that is not written down yet. No record, whose equals is linked by its first call. */
  private static final class Unwritten {
    final LostTenure lost;

    /** What takes its place once whom it deprived has come by; null if this is that. */
    final @Nullable Unwritten told;

    Unwritten(LostTenure lost, @Nullable Unwritten told) {
      this.lost = lost;
      this.told = told;
    }
  }

  /** The history may be too short for it. */
  void owe(long id, Thread thread) {
    owed.values().removeIf(each -> !each.isAlive());
    owed.put(id, thread);
  }

  @Nullable
  LostTenure lastLost() {
    LostTenure[] all = history;
    return all.length == 0 ? null : all[all.length - 1];
  }

  void setPending(LostTenure lost) {
    pending = lost;
  }

  boolean isPending() {
    return pending != null;
  }

  /** By the owner: what it has to tell, once. */
  @Nullable
  LostTenure takePending() {
    return pending == null ? null : PENDING.getAndSet(this, null);
  }

  /**
   * Whether there are strays; those who died meanwhile are left out. Not by isEmpty, which sums up
   * counters one after the other: while others come and go it may overlook one who stays.
   */
  boolean hasStrays() {
    if (!everStray) {
      return false;
    }
    try {
      for (Iterator<Thread> each = strays.values().iterator(); each.hasNext(); ) {
        if (each.next().isAlive()) {
          return true;
        }
        each.remove();
      }
      return false;
    } catch (OutOfMemoryError e) {
      return true; // to look in vain costs less than to overlook one
    }
  }

  /** By a keeper whose tenure is over. Without memory its entry stays, and says nothing wrong. */
  void keepsNoMore(long id) {
    try {
      keepers.remove(id);
    } catch (OutOfMemoryError e) {
      // See above.
    }
  }

  // ---- evictions

  int evictions() {
    return evictions;
  }

  void evictAll(String reason) {
    evictReason = reason;
    EVICTIONS.incrementAndGet(this);
    for (WeakReference<LockCondition> each : conditions) {
      LockCondition condition = each.get();
      if (condition != null) {
        condition.evictAll();
      }
    }
  }

  void add(LockCondition condition) {
    WeakReference<LockCondition> added = new WeakReference<>(condition);
    while (true) {
      List<WeakReference<LockCondition>> before = conditions;
      List<WeakReference<LockCondition>> after = new ArrayList<>(before.size() + 1);
      for (WeakReference<LockCondition> each : before) {
        if (!each.refersTo(null)) {
          after.add(each);
        }
      }
      after.add(added);
      if (CONDITIONS.compareAndSet(this, before, after)) {
        return;
      }
    }
  }

  /** Who waits on a condition, for a signal. */
  List<Thread> conditionWaiters() {
    List<Thread> threads = new ArrayList<>();
    for (WeakReference<LockCondition> each : conditions) {
      LockCondition condition = each.get();
      if (condition != null) {
        threads.addAll(condition.waiting());
      }
    }
    return threads;
  }

  // ---- signalled waiters

  void push(Waiter signalled) {
    signalled.wait.since = System.nanoTime();
    Waiter head;
    do {
      head = wake;
      signalled.next = head;
    } while (!WAKE.compareAndSet(this, head, signalled));
  }

  boolean hasSignalled() {
    return wake != null;
  }

  /** The signalled ones, who count as queued; the latest first. */
  List<Thread> signalled() {
    List<Thread> threads = new ArrayList<>();
    for (Waiter waiter = wake; waiter != null; waiter = waiter.next) {
      threads.add(waiter.thread);
    }
    return threads;
  }

  /** The same, as people see them. */
  List<Wait> signalledWaits() {
    List<Wait> waits = new ArrayList<>();
    for (Waiter waiter = wake; waiter != null; waiter = waiter.next) {
      waits.add(waiter.wait);
    }
    return waits;
  }

  /** Wakes those who were signalled, the first one first; they queue for the lock by themselves. */
  void wakeSignalled() {
    if (wake == null) {
      return;
    }
    StackRoom.ensure(FEW_FRAMES); // cut off half way, it would lose those it has not woken yet
    Waiter turned = null;
    for (Waiter waiter = WAKE.getAndSet(this, null); waiter != null; ) {
      Waiter next = waiter.next;
      waiter.next = turned;
      turned = waiter;
      waiter = next;
    }
    for (; turned != null; turned = turned.next) {
      SchedulePoints.unpark(turned.thread);
    }
  }

  // ---- queued threads

  Wait waits(Thread thread, boolean reacquires) {
    Wait wait = new Wait(thread, System.nanoTime(), reacquires);
    Wait head;
    do {
      head = waits;
      wait.next = Wait.pruned(head);
    } while (!WAITS.compareAndSet(this, head, wait));
    return wait;
  }

  @Nullable
  Wait waits() {
    return waits;
  }

  /** Whether anybody waits in the queue, or is on the way into it. */
  boolean hasWaits() {
    for (Wait wait = waits; wait != null; wait = wait.next) {
      if (!wait.done) {
        return true;
      }
    }
    return false;
  }

  /** Whether this call made it watched. */
  boolean startsToBeWatched() {
    return watched == 0 && WATCHED.compareAndSet(this, 0, 1);
  }

  /** Lets go of the waits that are done, so that their threads can be collected. */
  void unwatched() {
    Wait head = waits;
    WAITS.compareAndSet(this, head, Wait.pruned(head));
    watched = 0;
  }
}
