/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.Daemons;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Runs the actions of the owners that were collected, for all striped registries, on one daemon
 * thread: the first registration starts it, and it ends when no registry has had a registration for
 * a few seconds. Safe for use by multiple threads.
 */
final class Collector {

  /*
   * The turn. One Runner takes nodes from the queue: the one in `active`. While it works, a check on the shared timer comes by. A
   * Runner that is found in the same action for longer than its realm allows is reported with its stack and loses the turn to a new
   * one; it ends when its action returns. So one action that blocks delays the others by about that time, once.
   *
   * The second line is bounded: with MAX_STUCK Runners stuck and an active one stuck too, the queue waits. The first of them to
   * return takes the turn from the active one.
   *
   *   Runner: ACTIVE -> STUCK (check) -> ended | ACTIVE again (see above);  ACTIVE -> ended (nothing to watch)
   *
   * All these are made under `lock`, in which nothing blocks and nobody else's code runs. A Runner looks whether it still has the
   * turn before it takes a node; the check takes the turn away only from one that is in an action.
   *
   * Draining. The queue of the JDK hands out the latest first, and does not say that it is empty. A drain enqueues a marker. The
   * Runner that meets it keeps it, and when it then finds the queue empty, everything that was in it with the marker has run, or
   * is in an action that `running` of its registry counts.
   */

  static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  static final Collector ONE = new Collector();

  static final int MAX_STUCK = 8;
  private static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(2);
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final System.Logger LOGGER = System.getLogger(Collector.class.getPackageName());

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Set<StripedRegistry> watched = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Written under the lock; read by Runners without. */
  private volatile @Nullable Runner active;

  @GuardedBy("lock")
  private final Set<Runner> stuck = new HashSet<>();

  @GuardedBy("lock")
  private final List<Marker> met = new ArrayList<>();

  /** How many threads wait in {@link #drain}. */
  private final AtomicInteger draining = new AtomicInteger();

  /** Whether a check is due on the timer. It clears this, and then looks whether a Runner works. */
  private volatile boolean checking;

  /** Put into the queue by a drain. */
  private static final class Marker extends PhantomReference<Object> {
    @SuppressWarnings("unused")
    private boolean passed;

    Marker() {
      super(QUEUE, QUEUE);
    }
  }

  private Collector() {}

  /**
   * Watches over a registry from now on.
   *
   * @throws OutOfMemoryError if no thread can be had; then it is not watched
   */
  void watch(StripedRegistry registry) {
    lock.lock();
    try {
      boolean added = watched.add(registry);
      registry.watched = true;
      try {
        startIfNeeded();
      } catch (Throwable e) {
        if (added) {
          watched.remove(registry);
          registry.watched = false;
        }
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void startIfNeeded() {
    if (active == null) {
      Runner runner = new Runner();
      active = runner;
      try {
        runner.thread.start();
      } catch (Throwable e) {
        active = null;
        throw e;
      }
    }
  }

  /** Lets go of a registry that was closed. */
  void dropIfIdle(StripedRegistry registry) {
    lock.lock();
    try {
      if (registry.unwatch()) {
        watched.remove(registry);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything that was in the queue has run, and nothing runs for that registry.
   *
   * @return false if that took longer
   */
  boolean drain(StripedRegistry registry, long nanos) throws InterruptedException {
    Marker marker = new Marker();
    long left = nanos;
    lock.lockInterruptibly();
    try {
      if (isRunner(Thread.currentThread())) {
        throw new IllegalStateException(
            "drain() was called by a cleanup action of realm "
                + registry.name()
                + ", for which it would wait; call it from another thread");
      }
      startIfNeeded();
      draining.incrementAndGet();
      try {
        marker.enqueue();
        while (!marker.passed || registry.running.get() > 0) {
          if (left <= 0) {
            return false;
          }
          left = changed.awaitNanos(left);
        }
        return true;
      } finally {
        draining.decrementAndGet();
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isRunner(Thread thread) {
    Runner runner = active;
    return (runner != null && runner.thread == thread)
        || stuck.stream().anyMatch(other -> other.thread == thread);
  }

  /** The queue was found empty. */
  private void passed() {
    if (draining.get() > 0) {
      lock.lock();
      try {
        met.forEach(marker -> marker.passed = true);
        met.clear();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Ends the turn of a Runner for which there was nothing to do, if nothing can come. */
  private boolean retire(Runner runner) {
    lock.lock();
    try {
      watched.removeIf(StripedRegistry::unwatch);
      if (active != runner || !watched.isEmpty() || draining.get() > 0) {
        return active != runner;
      }
      active = null;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** An action is over that took its Runner's turn away; whether the Runner gets it again. */
  private boolean returned(Runner runner) {
    lock.lock();
    try {
      if (active == runner) {
        return true;
      }
      stuck.remove(runner);
      Runner other = active;
      if (other != null && other.isStuck()) { // it is stuck too, and there was no place for another
        stuck.add(other);
        active = runner;
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void checkLater(long nanos) {
    checking = true;
    try {
      var unused = Daemons.timer().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    } catch (Throwable e) { // no thread can be had: the actions run unwatched
      checking = false;
    }
  }

  /** Looks at the action that runs, again and again while the queue is worked on. */
  private void check() {
    checking = false;
    Runner runner = active;
    if (runner == null || !runner.busy) {
      return; // whoever becomes busy now finds `checking` false
    }
    long next = CHECK_NANOS;
    Node<?> node = runner.node;
    if (node != null) {
      long since = runner.since;
      long slow = node.registry().slowNanos;
      long took = System.nanoTime() - since;
      if (took < slow) {
        next = Math.min(slow - took, CHECK_NANOS);
      } else if (runner.reported != node) {
        runner.reported = node;
        report(runner, node, took);
        replace(runner, node);
      }
    }
    checkLater(next);
  }

  private static void report(Runner runner, Node<?> node, long nanos) {
    StackTraceElement[] stack = runner.thread.getStackTrace();
    StringBuilder text = new StringBuilder("a cleanup action has been running for ");
    text.append(TimeUnit.NANOSECONDS.toMillis(nanos)).append(" ms: ").append(node.describe());
    for (StackTraceElement frame : stack) {
      text.append("\n    at ").append(frame);
    }
    Flight.slow(node.registry().name(), node.describe(), nanos, text.toString());
    LOGGER.log(System.Logger.Level.WARNING, text.toString());
  }

  private void replace(Runner runner, Node<?> node) {
    lock.lock();
    try {
      if (active != runner || runner.node != node || stuck.size() == MAX_STUCK) {
        return;
      }
      Runner next = new Runner();
      active = next;
      try {
        next.thread.start();
        stuck.add(runner);
      } catch (Throwable e) {
        active = runner;
        throw e;
      }
    } catch (OutOfMemoryError e) {
      LOGGER.log(System.Logger.Level.WARNING, "no thread for the other cleanup actions", e);
    } finally {
      lock.unlock();
    }
  }

  /** Takes nodes from the queue while it has the turn. */
  private final class Runner implements Runnable {

    private final Thread thread = Daemons.newThread("keelson-cleanup", this);

    /** Between the first node of many and an empty queue. Written by its thread. */
    private volatile boolean busy;

    /** What it works on, and since when; {@code since} is written first. */
    private volatile @Nullable Node<?> node;

    private volatile long since;

    /** The last that the check has found slow. Written by the check alone. */
    private volatile @Nullable Node<?> reported;

    @Override
    public void run() {
      Daemons.retainCurrentThread();
      while (active == this) {
        try {
          if (!step()) {
            return;
          }
        } catch (Throwable e) { // memory, or the stack of a listener
          complain("cleanup goes on after", e);
        }
      }
    }

    boolean isStuck() {
      Node<?> current = node;
      return current != null && current == reported;
    }

    /** Runs one action, or waits for one; whether there may be more. */
    private boolean step() {
      Reference<?> reference = QUEUE.poll();
      if (reference == null) {
        busy = false;
        passed();
        try {
          reference = QUEUE.remove(IDLE_MILLIS);
        } catch (InterruptedException e) {
          return true; // an action's interrupt that came late
        }
        if (reference == null) {
          return !retire(this);
        }
      }
      if (reference instanceof Marker marker) {
        lock.lock();
        try {
          met.add(marker);
        } finally {
          lock.unlock();
        }
      } else if (reference instanceof Node<?> next && next.isAlive()) {
        busy = true;
        if (!checking) {
          checkLater(Math.min(next.registry().slowNanos, CHECK_NANOS));
        }
        return work(next);
      }
      return true;
    }

    private boolean work(Node<?> next) {
      StripedRegistry registry = next.registry();
      registry.running.incrementAndGet();
      since = System.nanoTime();
      node = next;
      try {
        next.cleanCollected(registry.leaks());
      } catch (Throwable e) { // other languages throw what they like
        complain("a cleanup action failed: " + next.describe(), e);
      }
      node = null;
      registry.running.decrementAndGet();
      boolean unused = Thread.interrupted(); // an action's own affair
      wakeDrains();
      return reported != next || returned(this);
    }

    private void wakeDrains() {
      if (draining.get() > 0) {
        lock.lock();
        try {
          changed.signalAll();
        } finally {
          lock.unlock();
        }
      }
    }

    private void complain(String what, Throwable e) {
      try {
        LOGGER.log(System.Logger.Level.WARNING, what, e);
      } catch (Throwable again) {
        // There is no memory even for that; the thread is worth more than the message.
      }
    }
  }
}
