/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.spi.SchedulePoints;
import java.io.Serializable;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * A reentrant lock that a dead owner does not keep, and that can be taken from a live one.
 *
 * <p>It does what {@link ReentrantLock} does, with exceptions of the same types, whose messages say
 * more, and takes its place by a change of the type. Beyond that:
 *
 * <ul>
 *   <li>An owner that has <b>died</b> is noticed by the next thread that wants the lock, at once,
 *       and for threads that wait already within a quarter of a second. The lock goes on in the
 *       order of its queue. {@link #isConsistent()} is false from then on ({@link
 *       AbandonPolicy#HEAL}), or nobody gets it until it was repaired ({@link
 *       AbandonPolicy#REFUSE}).
 *   <li>{@link #recover()} takes it from an owner that is dead, and does nothing to a live one.
 *   <li>{@link #reset(String)} is as if the owner unlocked all its holds, now. The queue and the
 *       conditions are untouched. A live owner other than the caller is protected: that is an
 *       {@link IllegalStateException}, unless {@link Force} is said.
 *   <li>{@link #evict(String)} is a reset after which everybody who waited for the lock, or on a
 *       condition of it, leaves with a {@link LockResetException}.
 * </ul>
 *
 * <p>A thread that was deprived gets a {@link LockOwnershipLostException} from {@code unlock},
 * {@code await} and {@code signal}, and cannot free or disturb whoever has the lock then. If it
 * locks again, that is a first hold, and it may have to wait. To notice sooner, it asks {@link
 * #checkHeld}.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * <p>Memory consistency effects: those of {@link Lock}; and what a dead owner did before its death
 * <i>happens-before</i> an acquisition that follows its recovery.
 *
 * <p><b>Resources.</b> None of its own. While threads wait for a lock, one daemon thread of the JVM
 * looks after all locks that are waited for.
 *
 * <p><b>Limitations.</b> At most 32,767 holds by one thread. A thread that is alive but will never
 * unlock is not dead: see {@code reset} with {@link Force}. A reset frees the lock; it does not
 * repair what the lock guards, nor stop the thread that was deprived.
 */
@SuppressWarnings("ReachabilityFenceUsage") // needed after an acquisition only
public class ResettableLock implements Lock, Serializable {

  /*
   * A registry keeps a keyed lock while its face, this object, is reachable, or the lock is in use.
   * The fences close the gap between the two: a face that is dropped inside lock().
   */

  private static final long serialVersionUID = 1;

  final Sync sync;

  /** A lock that is not fair, heals, and has no name. */
  public ResettableLock() {
    this(LockConfig.PLAIN, null);
  }

  /** The same, fair if asked for: under contention, the longest waiting thread is next. */
  public ResettableLock(boolean fair) {
    this(fair ? LockConfig.FAIR : LockConfig.PLAIN, null);
  }

  ResettableLock(LockConfig config, @Nullable LockWatch watch) {
    Rehearsal.once();
    sync = Sync.of(config, watch);
  }

  /** Another face of a lock that is there: equal in all it does, though not the same object. */
  ResettableLock(Sync sync) {
    this.sync = sync;
  }

  /** A lock with a name, or with other answers to an abandonment. */
  public static Builder builder() {
    return new Builder();
  }

  /** The name it was given; otherwise one that is unlikely to be another lock's. */
  public final String name() {
    return sync.name();
  }

  // ---- as ReentrantLock

  /**
   * {@inheritDoc}
   *
   * @throws LockResetException if it had to wait and everybody who waited was sent away; not held
   * @throws AbandonedLockException if the lock refuses after an abandonment; not held
   * @throws LockOwnershipLostException on a strict lock, once, if the caller was deprived of it and
   *     does not know yet; not held
   * @throws Error if the caller holds it 32,767 times
   */
  @Override
  public void lock() {
    SchedulePoints.reach("lock.lock");
    sync.lock();
    try {
      Reference.reachabilityFence(this);
    } catch (StackOverflowError e) {
      // It has the lock, and must not throw.
    }
  }

  /** {@inheritDoc} Throws what {@link #lock} throws. */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    SchedulePoints.reach("lock.lock");
    sync.lockInterruptibly();
    try {
      Reference.reachabilityFence(this);
    } catch (StackOverflowError e) {
      // It has the lock, and must not throw.
    }
  }

  /** {@inheritDoc} Passes those who wait, also where the lock is fair. */
  @Override
  public boolean tryLock() {
    SchedulePoints.reach("lock.tryLock");
    boolean taken = sync.tryLock();
    try {
      Reference.reachabilityFence(this);
    } catch (StackOverflowError e) {
      // It has the lock, and must not throw.
    }
    return taken;
  }

  /** {@inheritDoc} Returns false if everybody who waited was sent away. */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    SchedulePoints.reach("lock.lock");
    boolean taken = sync.tryLock(unit.toNanos(time));
    try {
      Reference.reachabilityFence(this);
    } catch (StackOverflowError e) {
      // It has the lock, and must not throw.
    }
    return taken;
  }

  /**
   * Gives one hold back; the lock is free when that was the last one.
   *
   * @throws LockOwnershipLostException if the lock was taken away from the caller
   * @throws IllegalMonitorStateException if the caller does not hold it
   */
  @Override
  public void unlock() {
    sync.unlock();
  }

  /**
   * A condition of this lock. Its waits are as {@link ReentrantLock}'s; an {@link #evict} ends them
   * with a {@link LockResetException}, and an abandonment of a refusing lock makes them end, once
   * signalled, with an {@link AbandonedLockException}: in both cases with the lock held as often as
   * before.
   */
  @Override
  public Condition newCondition() {
    LockCondition condition = new LockCondition(this);
    sync.side().add(condition);
    return condition;
  }

  /** How often the calling thread holds it. */
  public int getHoldCount() {
    return sync.holdsOf(Thread.currentThread());
  }

  /** Whether the calling thread holds it. */
  public boolean isHeldByCurrentThread() {
    return sync.isHeldBy(Thread.currentThread());
  }

  /** Whether anybody holds it, dead owners included. */
  public boolean isLocked() {
    return !Word.isFree(sync.word());
  }

  /** Whether it is fair. */
  public final boolean isFair() {
    return sync.config.fair;
  }

  /** The thread that holds it, dead or alive; null if there is none, or it cannot be found. */
  protected @Nullable Thread getOwner() {
    long word = sync.word();
    return Word.isFree(word) ? null : sync.ownerOf(word);
  }

  /** Whether threads wait for it. */
  public final boolean hasQueuedThreads() {
    Side side = sync.sideIfAny();
    return sync.hasQueuedThreads() || (side != null && side.hasSignalled());
  }

  /** Whether that thread waits for it. */
  public final boolean hasQueuedThread(Thread thread) {
    Side side = sync.sideIfAny();
    return sync.isQueued(thread) || (side != null && side.signalled().contains(thread));
  }

  /** About how many threads wait for it. */
  public final int getQueueLength() {
    return getQueuedThreads().size();
  }

  /** About which threads wait for it, in no particular order. */
  protected Collection<Thread> getQueuedThreads() {
    Collection<Thread> queued = new ArrayList<>(sync.getQueuedThreads());
    Side side = sync.sideIfAny();
    if (side != null) {
      for (Thread thread : side.signalled()) {
        if (!sync.isQueued(thread)) { // else it was interrupted, and has not waited to be woken
          queued.add(thread);
        }
      }
    }
    return queued;
  }

  /** Whether threads wait on that condition, which must be this lock's and locked. */
  public boolean hasWaiters(Condition condition) {
    return !getWaitingThreads(condition).isEmpty();
  }

  /** About how many threads wait on that condition, which must be this lock's and locked. */
  public int getWaitQueueLength(Condition condition) {
    return getWaitingThreads(condition).size();
  }

  /** About which threads wait on that condition, which must be this lock's and locked. */
  protected Collection<Thread> getWaitingThreads(Condition condition) {
    Objects.requireNonNull(condition, "condition");
    if (!(condition instanceof LockCondition ours) || !ours.belongsTo(this)) {
      throw new IllegalArgumentException(
          Texts.join(
              condition, " is no condition of ", name(), "; pass one of its newCondition()"));
    }
    sync.checkMine("looking at a condition");
    return ours.waiting();
  }

  /** As {@link ReentrantLock#toString}. */
  @Override
  public String toString() {
    Thread owner = getOwner();
    String state =
        owner != null
            ? Texts.join("[Locked by thread ", owner.getName(), "]")
            : isLocked() ? "[Locked]" : "[Unlocked]";
    return Texts.join(super.toString(), state);
  }

  // ---- taking it away

  /**
   * Frees it if its owner is dead. Safe to call at any time, from anywhere.
   *
   * @return RELEASED, NOT_HELD, or NOT_GONE if the owner is alive
   */
  public final ResetOutcome recover() {
    return Theft.recover(sync, null);
  }

  /**
   * Frees it if its owner is dead, after {@code recovery} has repaired what it guards; also repairs
   * one that is free and inconsistent. Nobody gets in between.
   *
   * @return RELEASED, NOT_HELD, NOT_GONE, or REPAIRED
   */
  public final ResetOutcome recover(Recovery recovery) {
    return Theft.recover(sync, Objects.requireNonNull(recovery, "recovery"));
  }

  /**
   * Ends its owner's tenure, as if the owner unlocked all its holds. An owner that is dead counts
   * as an abandonment.
   *
   * @param reason what the deprived thread will read
   * @return RELEASED, or NOT_HELD if it was free or another call was ending the tenure
   * @throws IllegalStateException if the owner is alive and not the caller
   */
  public final ResetOutcome reset(String reason) {
    return Theft.reset(sync, null, checkReason(reason), null);
  }

  /** {@link #reset(String)}, also from a live owner. */
  public final ResetOutcome reset(Force force, String reason) {
    return Theft.reset(sync, Objects.requireNonNull(force, "force"), checkReason(reason), null);
  }

  /**
   * {@link #reset(String)} with a repair before the lock is freed: nobody gets in between. Repairs
   * also one that is free and inconsistent.
   *
   * @return RELEASED, NOT_HELD, or REPAIRED
   * @throws IllegalStateException if the owner is alive and not the caller
   */
  public final ResetOutcome reset(Recovery recovery) {
    return Theft.reset(sync, null, "recovery", Objects.requireNonNull(recovery, "recovery"));
  }

  /** {@link #reset(Recovery)}, also from a live owner. */
  public final ResetOutcome reset(Force force, String reason, Recovery recovery) {
    return Theft.reset(
        sync,
        Objects.requireNonNull(force, "force"),
        checkReason(reason),
        Objects.requireNonNull(recovery, "recovery"));
  }

  /**
   * {@link #reset(String)}, and everybody who waits for the lock or on a condition of it leaves
   * with a {@link LockResetException}; a timed {@code tryLock} returns false. Those who come later
   * are not concerned.
   *
   * @throws IllegalStateException if the owner is alive and not the caller; nobody was sent away
   */
  public final ResetOutcome evict(String reason) {
    return Theft.evict(sync, null, checkReason(reason));
  }

  /** {@link #evict(String)}, also from a live owner. */
  public final ResetOutcome evict(Force force, String reason) {
    return Theft.evict(sync, Objects.requireNonNull(force, "force"), checkReason(reason));
  }

  static String checkReason(String reason) {
    Objects.requireNonNull(reason, "reason");
    if (reason.isBlank()) {
      throw new IllegalArgumentException(
          "the reason is blank; say why, for the thread that loses the lock");
    }
    return reason;
  }

  // ---- noticing

  /**
   * {@link #lock}, and a token for {@link #checkHeld}. It is the same for nested holds, and greater
   * after every reset, so that something outside may turn down those who come with a smaller one
   * than it has seen. Never 0.
   */
  public final long lockAndToken() {
    while (true) {
      lock();
      // Read while the lock is held, and still held afterwards: not a later owner's.
      long token = sync.generation() + 1L;
      if (sync.isHeldBy(Thread.currentThread())) {
        return token;
      }
    }
  }

  /** Whether the caller still holds it in the tenure for which it got that token. */
  public final boolean checkHeld(long token) {
    return sync.generation() + 1L == token && sync.isHeldBy(Thread.currentThread());
  }

  /**
   * False since an owner died with the lock, or a {@link Recovery} threw, until {@link
   * #markConsistent} or a Recovery that returns.
   */
  public final boolean isConsistent() {
    Side side = sync.sideIfAny();
    return side == null || !side.inconsistent;
  }

  /**
   * Says that what the lock guards is in order again.
   *
   * @throws IllegalMonitorStateException if the caller does not hold it
   */
  public final void markConsistent() {
    sync.checkMine("markConsistent");
    sync.side().inconsistent = false;
  }

  /** Who lost it and how, the latest at the end; the last eight are remembered. */
  public final List<LostTenure> history() {
    Side side = sync.sideIfAny();
    return side == null ? List.of() : List.of(side.history());
  }

  /** Says what a lock is to be. Not safe for use by multiple threads. */
  public static final class Builder {
    private String name = "";
    private boolean fair;
    private AbandonPolicy policy = AbandonPolicy.HEAL;
    private boolean strict;
    private @Nullable Consumer<? super LostTenure> onAbandoned;
    private @Nullable LockWatch watch;

    Builder() {}

    /** For messages and reports; default: made up from the object's identity. */
    public Builder name(String name) {
      this.name = LockMaker.checkName(name);
      return this;
    }

    /** Whether the longest waiting thread is next; default: no. */
    public Builder fair(boolean fair) {
      this.fair = fair;
      return this;
    }

    /** What the next one finds after an owner died; default: {@link AbandonPolicy#HEAL}. */
    public Builder policy(AbandonPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Called after an owner has died, once, on the thread that gets the lock next and under the
     * lock; only with {@link AbandonPolicy#HEAL}. It may lock and unlock the lock. What it throws
     * is logged, and the lock stays inconsistent. It is not serialised.
     */
    public Builder onAbandoned(Consumer<? super LostTenure> action) {
      this.onAbandoned = Objects.requireNonNull(action, "action");
      return this;
    }

    /**
     * Whether a thread that was deprived by force, and locks again without knowing, gets a {@link
     * LockOwnershipLostException} instead of a first hold; default: no.
     */
    public Builder strictReentry(boolean strict) {
      this.strict = strict;
      return this;
    }

    Builder watch(@Nullable LockWatch watch) {
      this.watch = watch;
      return this;
    }

    /** A lock like that. */
    public ResettableLock build() {
      return new ResettableLock(new LockConfig(name, fair, policy, strict, onAbandoned), watch);
    }
  }
}
