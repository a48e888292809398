/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.internal.threads.StackRoom;
import dev.keelson.spi.SchedulePoints;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * A condition whose queue survives an owner that was deprived of the lock and does not know yet.
 *
 * <p>The synchronizer's own condition keeps its queue in plain fields that the owner alone may
 * touch; a deprived owner would corrupt it under the next one's hands. This one's queue may be
 * touched by anybody, and each {@link Waiter} leaves it by a CAS of its own.
 */
final class LockCondition implements Condition {

  /*
   * A signal is spent on one waiter and pushed to the lock's list of signalled ones, which the next
   * release of the lock wakes: waking it at once would only make it queue behind the signaller. The
   * signaller marks its word first, so that the unlock does not take the short way, which looks at
   * no list. If it was deprived between its check and the push, that release may be over; it then
   * wakes the list itself.
   *
   * A waiter enters the queue while it has the lock, then gives the lock back. If the lock was lost
   * in between, and a signal of the new owner was spent on the waiter, it passes that signal on.
   */

  /** The kinds of waits. */
  private static final int FOREVER = 0;

  private static final int NANOS = 1;
  private static final int DATE = 2;

  private final Sync sync;

  /** Whose condition it is: a face that lives as long as its conditions do. */
  private final ResettableLock lock;

  private final ConcurrentLinkedQueue<Waiter> queue = new ConcurrentLinkedQueue<>();

  LockCondition(ResettableLock lock) {
    this.lock = lock;
    this.sync = lock.sync;
  }

  boolean belongsTo(ResettableLock other) {
    return lock.sync == other.sync;
  }

  @Override
  public void await() throws InterruptedException {
    sleep(FOREVER, 0);
  }

  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return sleep(NANOS, deadline(unit.toNanos(time)));
  }

  @Override
  public long awaitNanos(long nanos) throws InterruptedException {
    long deadline = deadline(nanos);
    sleep(NANOS, deadline);
    long left = deadline - SchedulePoints.nanoTime();
    return left <= nanos ? left : Long.MIN_VALUE; // as ReentrantLock's, where that overflows
  }

  @Override
  @SuppressWarnings("JavaUtilDate") // the interface has it
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    return sleep(DATE, deadline.getTime());
  }

  @Override
  public void awaitUninterruptibly() {
    Waiter waiter = new Waiter(Thread.currentThread(), this);
    int holds = begin(waiter);
    boolean interrupted = false;
    while (waiter.isWaiting()) {
      waiter.park(0);
      interrupted |= Thread.interrupted();
    }
    sync.reacquire(holds);
    if (interrupted) {
      waiter.thread.interrupt();
    }
    tellWhatHappened(waiter);
  }

  private static long deadline(long nanos) {
    return SchedulePoints.nanoTime() + Math.max(0, Math.min(nanos, Long.MAX_VALUE >> 1));
  }

  /** Whether it was ended by a signal or an eviction, and not by its time. */
  private boolean sleep(int kind, long when) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Waiter waiter = new Waiter(Thread.currentThread(), this);
    int holds = begin(waiter);
    boolean interrupted = false;
    boolean gaveUp = false;
    while (waiter.isWaiting() && !gaveUp) {
      interrupted |= Thread.interrupted();
      long nanos = kind == FOREVER ? 0 : left(kind, when);
      if (interrupted || (kind != FOREVER && nanos <= 0)) {
        gaveUp = waiter.giveUp(); // else a signal or an eviction was first
      } else {
        waiter.park(nanos);
      }
    }
    if (gaveUp) {
      queue.remove(waiter);
    }
    sync.reacquire(holds);
    if (interrupted && gaveUp) {
      throw new InterruptedException();
    } else if (interrupted) {
      waiter.thread.interrupt();
    }
    tellWhatHappened(waiter);
    return !gaveUp;
  }

  private static long left(int kind, long when) {
    return kind == NANOS
        ? when - SchedulePoints.nanoTime()
        : TimeUnit.MILLISECONDS.toNanos(Math.max(0, when) - System.currentTimeMillis());
  }

  /** Queues, then gives the lock back; says how often it was held. */
  private int begin(Waiter waiter) {
    StackRoom.ensure();
    sync.checkMayWait();
    queue.add(waiter);
    try {
      return sync.releaseAll(waiter.thread);
    } catch (Throwable e) { // most often the lock was lost
      if (waiter.giveUp()) {
        queue.remove(waiter);
      } else if (!waiter.isEvicted()) {
        signalOne();
      }
      throw e;
    }
  }

  private void tellWhatHappened(Waiter waiter) {
    Side side = sync.side();
    if (waiter.isEvicted()) {
      throw Refusals.sentAway(sync, side);
    }
    if (sync.isRefusing(side)) {
      throw Refusals.abandoned(sync, side);
    }
  }

  @Override
  public void signal() {
    StackRoom.ensure(); // as much as unlock will ask for, which wakes
    sync.checkMine("signal");
    signalOne();
  }

  @Override
  public void signalAll() {
    StackRoom.ensure(); // as much as unlock will ask for, which wakes
    sync.checkMine("signalAll");
    // Those who come while this runs, under the next owner, are not meant.
    for (int n = queue.size(); n > 0 && signalOne(); n--) {}
  }

  private boolean signalOne() {
    for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
      if (waiter.signal()) {
        toBeWoken(waiter);
        return true;
      }
    }
    return false;
  }

  /** A signal was spent on it: it is woken when the lock is given back. */
  private void toBeWoken(Waiter waiter) {
    Side side = sync.side();
    Thread me = Thread.currentThread();
    sync.markMine(me);
    side.push(waiter);
    if (!sync.isHeldBy(me)) {
      side.wakeSignalled(); // deprived since the check: the release to come has been
    } else {
      try {
        Watchdog.watch(sync, side); // an owner that dies now would leave it parked
      } catch (OutOfMemoryError e) {
        // the next waiter is to be signalled all the same; an owner that lives wakes them all
      }
    }
  }

  void evictAll() {
    for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
      if (waiter.evict()) {
        SchedulePoints.unpark(waiter.thread);
      }
    }
  }

  /** Who waits for a signal, the first one first. */
  List<Thread> waiting() {
    List<Thread> threads = new ArrayList<>();
    for (Waiter waiter : queue) {
      if (waiter.isWaiting()) {
        threads.add(waiter.thread);
      }
    }
    return threads;
  }
}
