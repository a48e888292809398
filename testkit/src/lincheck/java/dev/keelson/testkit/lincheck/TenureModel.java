/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import dev.keelson.lock.Force;
import dev.keelson.lock.LockOwnershipLostException;
import dev.keelson.lock.LostTenure;
import dev.keelson.lock.ResettableLock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Locks against resets. A reset takes two steps that others can see, so there is no order to look
 * for; what holds is that each tenure is ended once: by its owner, or by a reset.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class TenureModel {

  private static final int THREADS = 4; // with room for numbers that begin at one

  /** What is reset here. */
  interface Subject {
    boolean tryLock();

    /** Whether it was still the caller's. */
    boolean unlock();

    boolean isLocked();

    /** The id of the thread whose tenure it has ended; 0 if none. */
    long reset();
  }

  private final Subject lock;
  private final long[] id = new long[THREADS];
  private final int[] begun = new int[THREADS];
  private final int[] unlocked = new int[THREADS];
  private final boolean[] mine = new boolean[THREADS];
  private final Queue<Long> deprived = new ConcurrentLinkedQueue<>();

  /** Of the real lock. */
  public TenureModel() {
    this(new Real());
  }

  TenureModel(Subject lock) {
    this.lock = lock;
  }

  /** Unless it has it, as far as it knows. */
  @Operation(params = "thread")
  public void tryLock(int thread) {
    if (!mine[thread] && lock.tryLock()) {
      id[thread] = Thread.currentThread().getId();
      begun[thread]++;
      mine[thread] = true;
    }
  }

  /** If it has it, as far as it knows. */
  @Operation(params = "thread")
  public void unlock(int thread) {
    if (mine[thread]) {
      mine[thread] = false;
      unlocked[thread] += lock.unlock() ? 1 : 0;
    }
  }

  /** Takes it from whoever has it. */
  @Operation
  public void reset() {
    long owner = lock.reset();
    if (owner != 0) {
      deprived.add(owner);
    }
  }

  /** Called when all is over. */
  @Validate
  public void eachTenureEndedOnce() {
    int open = 0;
    for (int i = 0; i < THREADS; i++) {
      long thread = id[i];
      int resets = (int) deprived.stream().filter(each -> each == thread).count();
      int left = begun[i] - unlocked[i] - resets;
      if (left < 0) {
        throw new IllegalStateException("thread " + i + ": a tenure was ended twice");
      }
      open += left;
    }
    if (open != (lock.isLocked() ? 1 : 0)) {
      throw new IllegalStateException(open + " tenures are open, locked is " + lock.isLocked());
    }
  }

  private static final class Real implements Subject {
    private final ResettableLock lock = new ResettableLock();

    @Override
    public boolean tryLock() {
      return lock.tryLock();
    }

    @Override
    public boolean unlock() {
      try {
        lock.unlock();
        return true;
      } catch (LockOwnershipLostException e) {
        return false;
      }
    }

    @Override
    public boolean isLocked() {
      return lock.isLocked();
    }

    @Override
    public long reset() {
      return lock.reset(Force.YES, "lincheck").lost().map(LostTenure::ownerId).orElse(0L);
    }
  }

  /** The planted race: an unlock that looks and then stores. */
  public static class Planted extends TenureModel {
    /** Of a lock that does. */
    public Planted() {
      super(new StoresInUnlock());
    }
  }

  private static final class StoresInUnlock implements Subject {
    private final AtomicLong owner = new AtomicLong();

    @Override
    public boolean tryLock() {
      return owner.compareAndSet(0, Thread.currentThread().getId());
    }

    @Override
    public boolean unlock() {
      if (owner.get() != Thread.currentThread().getId()) {
        return false;
      }
      owner.set(0); // should be a compare-and-set
      return true;
    }

    @Override
    public boolean isLocked() {
      return owner.get() != 0;
    }

    @Override
    public long reset() {
      return owner.getAndSet(0);
    }
  }
}
