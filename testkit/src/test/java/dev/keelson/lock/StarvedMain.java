/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/**
 * Uses locks in a heap that is full but for so many objects, one more each time, so that each
 * allocation of each step fails once; says what came of it, a line for each step.
 */
final class StarvedMain {

  private static final int MOST = 64;

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private static final int CHUNK = 1 << 10;
  private static final int RESERVE = 200;
  private static final byte[][] CHUNKS = new byte[10 * RESERVE][];
  private static final Object[] CRUMBS = new Object[CHUNK];
  private static int chunks;
  private static int crumbs;
  private static Object[] ballast = {};
  static Object sink; // not private, so that nothing may leave it out

  private StarvedMain() {}

  /** What is done without memory, and what has to be true once there is memory again. */
  private abstract static class Step {
    ResettableLock lock = new ResettableLock();

    void prepare() throws Exception {}

    /** With the least memory. */
    abstract void run() throws Exception;

    /** One more look later. */
    static void await(long deadline, String otherwise) throws InterruptedException {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(otherwise);
      }
      Thread.sleep(1);
    }

    /** Says what is wrong, or nothing. */
    String check(boolean failed) throws Exception {
      return "";
    }
  }

  public static void main(String[] args) throws Exception {
    int stride = Integer.getInteger("keelson.stride", 1);
    Rehearsal.once();
    fill();
    say("wait", stride, new Waiting());
    say("await", stride, new Awaiting());
    say("signal", stride, new Signalling());
    say("dead", stride, new Dead());
    say("reset", stride, new Resetting());
    say("canary", stride, new Canary());
  }

  private static void say(String name, int stride, Step step) throws Exception {
    int failures = 0;
    int done = 0;
    String wrong = "";
    for (int room = 0; room <= MOST && wrong.isEmpty(); room += stride) {
      step.lock = new ResettableLock();
      step.prepare();
      starve();
      give(room);
      Throwable failure = null;
      try {
        step.run();
      } catch (Throwable e) {
        failure = e;
      }
      release();
      if (failure == null) {
        done++;
      } else if (failure instanceof OutOfMemoryError) {
        failures++;
      } else {
        wrong = failure + " at room " + room;
      }
      if (wrong.isEmpty()) {
        wrong = step.check(failure != null);
      }
      if (wrong.isEmpty()) {
        wrong = useable(step.lock);
      }
    }
    System.out.println(">" + name + " " + failures + " " + done + " " + wrong);
  }

  private static String useable(ResettableLock lock) {
    if (lock.isLocked() || lock.hasQueuedThreads()) {
      return "left " + lock;
    }
    lock.lock();
    lock.unlock();
    return lock.isLocked() ? "it does not open" : "";
  }

  // ---- memory

  /** All but a reserve. */
  private static void fill() {
    fillChunks(RESERVE);
    for (int size = 1 << 20; size >= 1 << 10; size /= 2) {
      try {
        while (true) {
          ballast = new Object[] {ballast, new byte[size]};
        }
      } catch (OutOfMemoryError e) {
        // The next ones are smaller.
      }
    }
    release();
  }

  /** Until nothing is left but what was given back by the last chunk, in crumbs. */
  private static void starve() {
    try {
      fillChunks(CHUNKS.length);
      throw new AssertionError("the reserve is larger than the chunks");
    } catch (OutOfMemoryError e) {
      CHUNKS[--chunks] = null;
    }
    try {
      while (true) {
        CRUMBS[crumbs] = new Object();
        crumbs++;
      }
    } catch (OutOfMemoryError e) {
      // Nothing is left.
    }
  }

  private static void fillChunks(int most) {
    for (; chunks < most; chunks++) {
      CHUNKS[chunks] = new byte[CHUNK];
    }
  }

  private static void give(int count) {
    for (int i = Math.min(count, crumbs); i > 0; i--) {
      CRUMBS[--crumbs] = null;
    }
  }

  private static void release() {
    give(crumbs);
    while (chunks > 0) {
      CHUNKS[--chunks] = null;
    }
  }

  // ---- the steps

  /** Queues behind a live owner, who unlocks a little later; that needs no memory. */
  private static final class Waiting extends Step {
    private Thread owner;
    private volatile boolean comes;

    @Override
    void prepare() throws Exception {
      comes = false;
      ResettableLock held = lock;
      owner =
          new Thread(
              () -> {
                held.lock();
                while (!comes) {
                  Thread.yield();
                }
                LockSupport.parkNanos(2_000_000);
                held.unlock();
              });
      owner.setDaemon(true);
      owner.start();
      long deadline = System.nanoTime() + PATIENCE;
      while (!held.isLocked()) {
        await(deadline, "the owner does not come");
      }
    }

    @Override
    void run() {
      comes = true;
      lock.lock();
      lock.unlock();
    }

    @Override
    String check(boolean failed) throws Exception {
      owner.join(30_000);
      return owner.isAlive() ? "its owner cannot unlock" : "";
    }
  }

  /** Waits on a condition: with the lock again when that returns, or throws. */
  private static class Awaiting extends Step {
    private boolean held;

    @Override
    void run() throws Exception {
      held = true;
      Condition condition = lock.newCondition();
      lock.lock();
      try {
        condition.awaitNanos(1);
      } finally {
        held = lock.isHeldByCurrentThread();
        unlock();
      }
    }

    void unlock() {
      lock.unlock();
    }

    @Override
    String check(boolean failed) {
      return held ? "" : "await() left without the lock";
    }
  }

  /** Signals one who waits, and unlocks, which needs no memory. */
  private static final class Signalling extends Step {
    private Condition condition;
    private Thread waiter;

    @Override
    void prepare() throws Exception {
      condition = lock.newCondition();
      waiter =
          new Thread(
              () -> {
                lock.lock();
                try {
                  condition.awaitUninterruptibly();
                } finally {
                  lock.unlock();
                }
              });
      waiter.setDaemon(true);
      waiter.start();
      boolean waits = false;
      long deadline = System.nanoTime() + PATIENCE;
      while (!waits) {
        await(deadline, "the waiter does not come");
        lock.lock();
        waits = lock.hasWaiters(condition);
        lock.unlock();
      }
    }

    @Override
    void run() {
      lock.lock();
      try {
        condition.signal();
      } finally {
        lock.unlock();
      }
    }

    @Override
    String check(boolean failed) throws Exception {
      if (failed) {
        run(); // it may not have come to pass
      }
      waiter.join(30_000);
      return waiter.isAlive() ? "the waiter sleeps" : "";
    }
  }

  /** Takes the lock of a dead owner. */
  private static final class Dead extends Step {
    private final AtomicInteger told = new AtomicInteger();

    @Override
    void prepare() {
      told.set(0);
      lock = Moves.lockedByDead(told);
    }

    @Override
    void run() {
      lock.lock();
      lock.unlock();
    }

    @Override
    String check(boolean failed) {
      run();
      return told.get() == 1 && lock.history().size() == 1 && !lock.isConsistent()
          ? ""
          : "told " + told + " times of " + lock.history();
    }
  }

  /** Takes the lock of a live owner by force. */
  private static final class Resetting extends Step {
    @Override
    void prepare() {
      lock = Moves.lockedByAnother();
    }

    @Override
    void run() {
      lock.reset(Force.YES, "starved");
    }

    @Override
    String check(boolean failed) {
      lock.reset(Force.YES, "again");
      return lock.history().size() == 1 ? "" : "ended " + lock.history();
    }
  }

  /** The planted bug: an unlock that needs memory. */
  private static final class Canary extends Awaiting {
    @Override
    void unlock() {
      sink = new byte[256];
      super.unlock();
    }
  }
}
