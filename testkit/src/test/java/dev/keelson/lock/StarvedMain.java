/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import dev.keelson.boundary.Boundary;
import dev.keelson.boundary.BoundaryContext;
import dev.keelson.boundary.BoundaryHook;
import dev.keelson.boundary.BoundaryOutcome;
import dev.keelson.boundary.HookRegistration;
import dev.keelson.internal.threads.Daemons;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Uses locks in a heap that is full but for so many objects, one more each time, so that each
 * allocation of each step fails once; says what came of it, a line for each step.
 */
final class StarvedMain {

  /** As many crumbs as two chunks give: more than any step needs, whoever else takes some. */
  private static final int MOST = 128;

  /** The most for steps in which little that is allocated matters. */
  private static final int SMALL = 3;

  private static final int PATIENT = 100;
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
    Thread first = Daemons.newThread("keelson-starved", () -> {});
    first.start(); // loads what reports threads
    first.join();
    fill();
    say("wait", stride, new Waiting());
    say("await", stride, new Awaiting());
    say("signal", stride, new Signalling());
    say("dead", stride, new Dead());
    say("reset", stride, new Resetting());
    say("cross", Math.min(stride, SMALL), new Crossing());
    say("stripes", Math.min(stride, SMALL), new Stripes());
    say("canary", stride, new Canary());
  }

  private static void say(String name, int stride, Step step) throws Exception {
    Tally tally = new Tally();
    for (int room = 0; room <= MOST && tally.wrong.isEmpty(); room += stride) {
      attempt(step, room, tally);
    }
    // What other threads give back in between may have been enough for a step that needs little.
    for (int i = 0; i < PATIENT && tally.failures == 0 && tally.wrong.isEmpty(); i++) {
      attempt(step, 0, tally);
    }
    // On a line of its own: a thread that died for want of memory may have told but half of it.
    System.out.println("\n>" + name + " " + tally.failures + " " + tally.done + " " + tally.wrong);
  }

  /** What came of a step so far. */
  private static final class Tally {
    int failures;
    int done;
    String wrong = "";
  }

  private static void attempt(Step step, int room, Tally tally) throws Exception {
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
      tally.done++;
    } else if (failure instanceof OutOfMemoryError) {
      tally.failures++;
    } else {
      tally.wrong = failure + " at room " + room;
    }
    if (tally.wrong.isEmpty()) {
      tally.wrong = step.check(failure != null);
    }
    if (tally.wrong.isEmpty()) {
      tally.wrong = useable(step.lock);
    }
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

  /**
   * Until nothing is left but what the last two chunks gave back, in crumbs; from the beginning if
   * threads that ended leave more than there are crumbs for.
   */
  private static void starve() {
    do {
      give(crumbs);
      try {
        fillChunks(CHUNKS.length);
        throw new AssertionError("the reserve is larger than the chunks");
      } catch (OutOfMemoryError e) {
        CHUNKS[--chunks] = null;
        CHUNKS[--chunks] = null;
      }
    } while (fillCrumbs());
  }

  /** Whether there are none left, rather than no memory. */
  private static boolean fillCrumbs() {
    try {
      for (; crumbs < CRUMBS.length; crumbs++) {
        CRUMBS[crumbs] = new Object();
      }
      return true;
    } catch (OutOfMemoryError e) {
      return false;
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

  /** Signals one who waits, and unlocks; neither needs memory. */
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

  /** Crosses a boundary: every hook that was called before is called after. */
  private static final class Crossing extends Step {
    private final List<HookRegistration> hooks =
        List.of(Boundary.register(this, new Counting()), Boundary.register(this, new Counting()));
    private int befores;
    private int afters;
    private boolean greedy;
    private Object[] taken = {};

    private final class Counting implements BoundaryHook {
      @Override
      public void before(BoundaryContext context) {
        befores++;
      }

      @Override
      public void afterInParent(BoundaryContext context, BoundaryOutcome outcome) {
        afters++;
      }
    }

    @Override
    void prepare() throws Exception {
      greedy = false;
      run(); // so that the timer's thread is there
      greedy = true;
      befores = 0;
      afters = 0;
    }

    @Override
    void run() throws Exception {
      Boundary.<Integer, RuntimeException>cross(context -> act());
    }

    /** Leaves nothing to those that come after it. */
    private int act() {
      try {
        while (greedy) {
          taken = new Object[] {taken};
        }
      } catch (OutOfMemoryError e) {
        // That is all.
      }
      return 1;
    }

    @Override
    String check(boolean failed) {
      taken = new Object[0];
      boolean all = failed || befores == hooks.size();
      return all && befores == afters ? "" : befores + " befores, " + afters + " afters";
    }
  }

  /** Takes several stripes, or none. */
  private static final class Stripes extends Step {
    private final StripedLocks stripes = new LockRegistry().striped(16);

    /** So many stripes that a list of them has to grow while some are taken. */
    private final List<Integer> keys = IntStream.range(0, 100).boxed().toList();

    private final Duration patience = Duration.ofSeconds(30);

    @Override
    void prepare() throws Exception {
      run();
    }

    @Override
    void run() throws Exception {
      StripedLocks.Held held = stripes.tryLockAll(keys, patience);
      if (held == null) {
        throw new IllegalStateException("they are free");
      }
      held.close();
    }

    @Override
    String check(boolean failed) {
      for (Integer key : keys) {
        if (stripes.get(key).isLocked()) {
          return "left a stripe locked";
        }
      }
      return "";
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
