/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.lincheck;

import dev.keelson.lock.ResettableLock;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/** A lock that nobody waits for and nobody resets. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class LockModel {

  private final ResettableLock lock = new ResettableLock();

  /** Whether it has it now, once or once more. */
  @Operation(params = "thread")
  public boolean tryLock(int thread) {
    return lock.tryLock();
  }

  /** Whether it had it. */
  @Operation(params = "thread")
  public boolean unlock(int thread) {
    try {
      lock.unlock();
      return true;
    } catch (IllegalMonitorStateException e) {
      return false;
    }
  }

  /** How often it has it. */
  @Operation(params = "thread")
  public int holds(int thread) {
    return lock.getHoldCount();
  }

  /** Whether anybody has it. */
  @Operation
  public boolean isLocked() {
    return lock.isLocked();
  }

  /** What a lock is where one thing is done after the other. */
  public static class InOrder {
    private static final int NOBODY = -1;

    private int owner = NOBODY;
    private int holds;

    /** As above. */
    public boolean tryLock(int thread) {
      if (owner != NOBODY && owner != thread) {
        return false;
      }
      owner = thread;
      holds++;
      return true;
    }

    /** As above. */
    public boolean unlock(int thread) {
      if (owner != thread) {
        return false;
      }
      if (--holds == 0) {
        owner = NOBODY;
      }
      return true;
    }

    /** As above. */
    public int holds(int thread) {
      return owner == thread ? holds : 0;
    }

    /** As above. */
    public boolean isLocked() {
      return owner != NOBODY;
    }
  }

  /** The planted race: looks whether it is free, and then takes it. */
  @Param(name = "thread", gen = ThreadIdGen.class)
  public static class Planted {
    private volatile int owner = InOrder.NOBODY;

    /** Whether it has it now. */
    @Operation(params = "thread")
    public boolean tryLock(int thread) {
      if (owner != InOrder.NOBODY) {
        return false;
      }
      owner = thread;
      return true;
    }

    /** Whether it had it. */
    @Operation(params = "thread")
    public boolean unlock(int thread) {
      if (owner != thread) {
        return false;
      }
      owner = InOrder.NOBODY;
      return true;
    }
  }
}
