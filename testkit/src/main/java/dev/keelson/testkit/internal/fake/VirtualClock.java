/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Time;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Time that stands still while anybody works, and jumps to the next instant at which something is
 * due as soon as nobody does. Safe for use by multiple threads.
 */
public final class VirtualClock implements Time {

  /*
   * Everything that happens to fake processes happens under one lock, and every wait for it is a Wait: a predicate over what that
   * lock guards, and an instant. So it can be told exactly whether anybody is about to go on, however late its thread comes to run:
   *
   *   quiet    no counted task runs (`busy`), and no wait is over: neither its predicate nor its instant has come
   *   wanted   somebody waits for fake processes: a caller's thread, an ending of a tree, an `awaited` future, or `advance`
   *
   * Where it is quiet and wanted, `step` moves to the earliest instant of all waits and timers. Whoever makes it quiet steps: a wait
   * that begins, a task that ends.
   *
   * Counted are Keelson's own tasks, the fake programs and, between their waits, the threads on a `visit`. Code of the user's that
   * blocks inside of those would hold time up for ever: once it is found blocked (see Stall) it no longer counts.
   *
   * From the first real process on (`becomeReal`) time is real: nothing steps, waits are timed by the system's clock.
   */

  /** No instant at all. */
  private static final long NEVER = Long.MAX_VALUE;

  /** What takes longer than any test never ends. */
  private static final long ENDLESS = Long.MAX_VALUE / 8;

  /** Who runs on a thread that is counted. */
  private enum Role {
    WORKER,
    CALLER
  }

  /** A thread that waits. */
  private record Wait(BooleanSupplier over, long instant, boolean drives) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @SuppressWarnings("ThreadLocalUsage") // each clock has its own
  private final ThreadLocal<Role> role = new ThreadLocal<>();

  @GuardedBy("lock")
  private final Set<Wait> waits = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Timers timers = new Timers();

  /** What begins as soon as nobody works, one after the other. */
  @GuardedBy("lock")
  private final Deque<Runnable> next = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean manual;

  @GuardedBy("lock")
  private long now;

  @GuardedBy("lock")
  private int busy;

  @GuardedBy("lock")
  private int awaited;

  /** How far {@link #advance} goes; NEVER while it does not run. */
  @GuardedBy("lock")
  private long target = NEVER;

  @GuardedBy("lock")
  private boolean real;

  @GuardedBy("lock")
  private long realSince;

  /** The threads of {@code busy} that have begun; used under {@code lock}. */
  private final Set<Thread> working = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Stall stall = new Stall();

  @GuardedBy("lock")
  private @Nullable Future<?> kick;

  /** Whether {@link #watched} will be called. */
  @GuardedBy("lock")
  private boolean watching;

  /**
   * A clock at zero.
   *
   * @param manual whether only {@link #advance} moves it
   */
  public VirtualClock(boolean manual) {
    this.manual = manual;
  }

  // The time

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return now();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private long now() {
    return real ? now + (System.nanoTime() - realSince) : now;
  }

  /** The instant {@code nanos} from now; never, if that is very far away. */
  long after(long nanos) {
    long from = nanoTime();
    return nanos >= ENDLESS || nanos > NEVER - from ? NEVER : from + Math.max(nanos, 0);
  }

  @Override
  public long slice() {
    return ENDLESS;
  }

  /**
   * Moves time, and returns when everything that is due then has been done.
   *
   * @throws ArithmeticException if there is no such instant
   */
  public void advance(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (real || target != NEVER) {
        throw new IllegalStateException(
            target != NEVER
                ? "time is being advanced already, by another thread"
                : "a process was passed through, and from then on time is real");
      }
      target = Math.addExact(Math.addExact(now, nanos), 1) - 1; // NEVER is none
      try {
        while (step(false) || !isQuiet()) {
          if (!isQuiet()) {
            sleep(Long.MAX_VALUE);
          }
        }
        now = target;
      } finally {
        target = NEVER;
        changed();
      }
    } finally {
      lock.unlock();
    }
  }

  // Who works

  @Override
  public void insist(Runnable task) {
    execute(task);
  }

  @Override
  public void execute(Runnable task) {
    count(1);
    boolean accepted = false;
    try {
      Daemons.workers().execute(() -> work(task));
      accepted = true;
    } finally {
      if (!accepted) {
        count(-1);
      }
    }
  }

  /**
   * Runs a task that may block as soon as nobody works; of several, the next one when nobody works
   * any more.
   */
  void executeNext(Runnable task) {
    lock.lock();
    try {
      next.add(task);
      settle();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a task that {@code busy} counts already. */
  private void work(Runnable task) {
    @Nullable Role before = role.get();
    role.set(Role.WORKER);
    begins(true);
    try {
      task.run();
    } finally {
      leave(before);
    }
  }

  private void begins(boolean does) {
    lock.lock();
    try {
      boolean unused =
          does ? working.add(Thread.currentThread()) : working.remove(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  private void count(int change) {
    lock.lock();
    try {
      busy += change;
      changed();
      settle();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins a part of a caller's way through Keelson: time stands still but for its waits. A thread
   * that is counted already, a fake program's that runs another, counts once.
   */
  public Visit visit() {
    @Nullable Role before = role.get();
    role.set(Role.CALLER);
    if (before != null) {
      return () -> role.set(before);
    }
    count(1);
    begins(true);
    return () -> leave(null);
  }

  private void leave(@Nullable Role before) {
    if (before == null) {
      role.remove();
    } else {
      role.set(before);
    }
    begins(false);
    count(-1);
  }

  /** A caller's way through Keelson, until it is closed by the same thread. */
  public interface Visit extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public Runnable awaited() {
    lock.lock();
    try {
      awaited++;
      settle();
      watch();
    } finally {
      lock.unlock();
    }
    return () -> {
      lock.lock();
      try {
        awaited--;
      } finally {
        lock.unlock();
      }
    };
  }

  // Who waits

  @Override
  public Condition newCondition(ReentrantLock outer) {
    return new VirtualCondition(this, outer);
  }

  @Override
  public Gate newGate() {
    return new VirtualGate(this);
  }

  /** Whether the calling thread's waits let time pass. */
  boolean drives() {
    return role.get() != Role.WORKER;
  }

  /**
   * Waits until {@code over}, which is asked under this clock's lock and reads what that guards;
   * returns false if the instant came first.
   */
  boolean await(BooleanSupplier over, long instant, boolean drives) throws InterruptedException {
    Wait wait = new Wait(over, instant, drives);
    boolean counted = role.get() != null;
    lock.lockInterruptibly();
    try {
      if (counted) {
        busy--;
        working.remove(Thread.currentThread());
      }
      waits.add(wait);
      try {
        while (true) {
          if (over.getAsBoolean()) {
            return true;
          }
          if (now() >= instant) {
            return false;
          }
          if (!step(false)) {
            sleep(instant);
          }
        }
      } finally {
        waits.remove(wait);
        if (counted) {
          busy++;
          working.add(Thread.currentThread());
        }
        settle();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sleeps until anything has changed. */
  @GuardedBy("lock")
  @SuppressWarnings({"WaitNotInLoop", "ResultOfMethodCallIgnored"}) // its callers loop
  private void sleep(long instant) throws InterruptedException {
    if (real) {
      var unused = changed.awaitNanos(instant - now());
    } else if (busy == 0) {
      changed.await();
    } else if (changed.awaitNanos(Stall.PAUSE) <= 0
        && !real
        && stall.look(System.nanoTime(), busy, working)) {
      step(true);
    }
  }

  // What comes next

  @Override
  public Future<?> schedule(Runnable task, long nanos) {
    lock.lock();
    try {
      Future<?> timer = timers.add(this, after(nanos), task);
      arm();
      settle();
      return timer;
    } finally {
      lock.unlock();
    }
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Something that somebody may wait for has changed. Called with the lock held. */
  void changed() {
    stall.end(System.nanoTime());
    changed.signalAll();
  }

  @GuardedBy("lock")
  private boolean isQuiet() {
    if (busy > 0) {
      return false;
    }
    for (Wait wait : waits) {
      if (wait.instant <= now || wait.over.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  @GuardedBy("lock")
  private boolean isWanted() {
    boolean driven = awaited > 0;
    for (Wait wait : waits) {
      driven |= wait.drives;
    }
    return target != NEVER || (driven && !manual);
  }

  @GuardedBy("lock")
  private void settle() {
    while (step(false)) {
      // each one makes somebody work, or is the last one
    }
  }

  /** Moves to the next instant if time may pass; returns whether it has. */
  @GuardedBy("lock")
  private boolean step(boolean forced) {
    boolean free = forced || real || isQuiet();
    @Nullable Runnable first = free ? next.poll() : null;
    if (first != null) {
      execute(first);
      return true;
    }
    if (real || !free || !isWanted()) {
      return false;
    }
    long instant = timers.next();
    for (Wait wait : waits) {
      instant = Math.min(instant, wait.instant > now ? wait.instant : instant);
    }
    if (instant >= NEVER || instant > target) {
      return false;
    }
    now = Math.max(now, instant);
    changed();
    due();
    return true;
  }

  @GuardedBy("lock")
  private void due() {
    for (Runnable task = timers.takeDue(now()); task != null; task = timers.takeDue(now())) {
      execute(task);
    }
  }

  // Real processes

  /** From now on time is real, and passes by itself. */
  public void becomeReal() {
    lock.lock();
    try {
      if (!real) {
        real = true;
        realSince = System.nanoTime();
        arm();
        changed();
      }
    } finally {
      lock.unlock();
    }
  }

  /** From now on time passes whenever somebody waits, and not only by {@link #advance}. */
  public void becomeAutomatic() {
    lock.lock();
    try {
      manual = false;
      settle();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has the system's timer look for a stall while somebody has a future: nobody may be in a wait of
   * ours then, who would look.
   */
  @GuardedBy("lock")
  private void watch() {
    if (!watching && awaited > 0 && !real) {
      Daemons.timer()
          .schedule(new Watch(new WeakReference<>(this)), Stall.PAUSE, TimeUnit.NANOSECONDS);
      watching = true;
    }
  }

  /** Of a clock that may be forgotten with a future that nobody completes. */
  private record Watch(WeakReference<VirtualClock> clock) implements Runnable {
    @Override
    public void run() {
      VirtualClock clock = this.clock.get();
      if (clock != null) {
        clock.watched();
      }
    }
  }

  private void watched() {
    lock.lock();
    try {
      watching = false;
      if (busy > 0 && awaited > 0 && !real && stall.look(System.nanoTime(), busy, working)) {
        step(true);
      }
    } finally {
      try {
        watch();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Has the system's timer look after ours while time is real. */
  @GuardedBy("lock")
  private void arm() {
    if (kick != null) {
      kick.cancel(false);
      kick = null;
    }
    if (real && timers.next() < NEVER) {
      kick =
          Daemons.timer()
              .schedule(this::kicked, Math.max(timers.next() - now(), 0), TimeUnit.NANOSECONDS);
    }
  }

  private void kicked() {
    lock.lock();
    try {
      due();
      arm();
    } finally {
      lock.unlock();
    }
  }
}
