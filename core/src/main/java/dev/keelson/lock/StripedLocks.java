/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import javax.annotation.concurrent.ThreadSafe;

/**
 * A fixed number of locks for any number of keys: equal keys have the same lock, and different ones
 * may share it. Several keys are locked together in one order, so that no two threads wait for each
 * other.
 *
 * <p>Safe for use by multiple threads.
 */
@ThreadSafe
public final class StripedLocks {

  private final ResettableLock[] stripes;

  StripedLocks(ResettableLock[] stripes) {
    this.stripes = stripes;
  }

  /** How many locks there are. */
  public int size() {
    return stripes.length;
  }

  /** The lock of a key. */
  public ResettableLock get(Object key) {
    return stripes[indexOf(key)];
  }

  /**
   * Takes the locks of all keys, each once however many keys it has, in their order.
   *
   * @return what gives them back when it is closed, by the same thread
   * @throws LockResetException if one of them was evicted meanwhile; none is held then
   * @throws AbandonedLockException if one of them refuses; none is held then
   */
  public Held lockAll(Collection<?> keys) {
    List<ResettableLock> taken = new ArrayList<>();
    try {
      for (int index : sorted(keys)) {
        taken.add(stripes[index]); // before the lock: an error after it must find it here
        try {
          stripes[index].lock();
        } catch (Throwable e) {
          taken.remove(taken.size() - 1);
          throw e;
        }
      }
      return new Held(taken);
    } catch (Throwable e) {
      giveBack(taken, e);
      throw e;
    }
  }

  /**
   * Takes the locks of all keys as {@link #lockAll}, or none if that takes longer than {@code
   * time}.
   *
   * @return what gives them back, or null if they were not to be had in time
   * @throws InterruptedException if the thread is interrupted; none is held then
   */
  public @Nullable Held tryLockAll(Collection<?> keys, Duration time) throws InterruptedException {
    requireNonNull(time, "time");
    long deadline = System.nanoTime() + Durations.saturated(time);
    List<ResettableLock> taken = new ArrayList<>();
    try {
      for (int index : sorted(keys)) {
        taken.add(stripes[index]); // before the lock, as above
        boolean has = false;
        try {
          has = stripes[index].tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } finally {
          if (!has) {
            taken.remove(taken.size() - 1);
          }
        }
        if (!has) {
          giveBackAfterAll(taken);
          return null;
        }
      }
      return new Held(taken);
    } catch (Throwable e) {
      giveBack(taken, e);
      throw e;
    }
  }

  /** What was taken away meanwhile is nothing to tell one who gets nothing. */
  private static void giveBackAfterAll(List<ResettableLock> taken) {
    try {
      giveBack(taken);
    } catch (LockOwnershipLostException e) {
      if (!taken.isEmpty()) {
        throw e; // one could not be given back, and is tried again
      }
    }
  }

  /** After a failure, which is what the caller is to hear of. */
  private static void giveBack(List<ResettableLock> taken, Throwable failure) {
    try {
      giveBack(taken);
    } catch (RuntimeException | Error e) {
      both(failure, e);
    }
  }

  private Set<Integer> sorted(Collection<?> keys) {
    TreeSet<Integer> indexes = new TreeSet<>();
    for (Object key : requireNonNull(keys, "keys")) {
      indexes.add(indexOf(key));
    }
    return indexes;
  }

  private int indexOf(Object key) {
    int hash = requireNonNull(key, "key").hashCode() * 0x9E3779B9;
    return Math.floorMod(hash ^ (hash >>> 16), stripes.length);
  }

  /**
   * The last one first; an unlock that fails keeps no other from being tried. What is left in the
   * list could not be given back.
   */
  private static void giveBack(List<ResettableLock> taken) {
    Throwable failure = null;
    for (int i = taken.size() - 1; i >= 0; i--) {
      try {
        taken.get(i).unlock();
        taken.remove(i);
      } catch (LockOwnershipLostException e) {
        taken.remove(i);
        failure = failure == null ? e : both(failure, e);
      } catch (RuntimeException | Error e) { // not the thread that took it, or no stack
        failure = failure == null ? e : both(failure, e);
      }
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Without memory the first alone; the JVM may throw the same error twice. */
  private static Throwable both(Throwable first, Throwable next) {
    try {
      if (first != next) {
        first.addSuppressed(next);
      }
    } catch (OutOfMemoryError e) {
      // See above.
    }
    return first;
  }

  /** Some stripes, taken together. Used by the thread that took them. */
  public static final class Held implements AutoCloseable {
    private final List<ResettableLock> taken;

    Held(List<ResettableLock> taken) {
      this.taken = taken;
    }

    /** The locks, in the order in which they were taken. */
    public List<ResettableLock> locks() {
      return List.copyOf(taken);
    }

    /**
     * Gives all of them back. Does nothing the second time.
     *
     * @throws LockOwnershipLostException if one of them was taken away; the others are given back
     * @throws IllegalMonitorStateException in another thread than the one that took them, which has
     *     them still
     */
    @Override
    public void close() {
      giveBack(taken);
    }
  }
}
