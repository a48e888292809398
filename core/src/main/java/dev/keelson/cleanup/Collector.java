/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.StackRoom;
import dev.keelson.spi.SchedulePoints;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
   * All these are made under `lock`, in which nothing blocks and nobody else's code runs; whoever comes from outside asks for room
   * on its stack first, as a lock that is lost at the stack's edge would end all cleanup. A Runner looks whether it still has the
   * turn before it takes a node; the check takes the turn away only from one that is in an action, and tries again at its next
   * round where no thread could be had.
   *
   * Rest. A Runner that finds nothing to do ends, if nothing is registered; else it sleeps without a limit, so that an idle program
   * has no wake-ups of ours. It says so in `resting` and then looks once more whether something is registered; who takes the last
   * registration of a stripe out looks at `resting` afterwards. Both go through the stripe's lock, so one of them sees the other, and
   * a Runner never rests for registries that are empty.
   *
   * The check itself is on a timer that others need: what it has to say is said on a worker, because a log may block.
   */

  static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  static final Collector ONE = new Collector();

  static final int MAX_STUCK = 8;
  static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(2);
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  final Drains drains = new Drains(QUEUE);

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Set<StripedRegistry> watched = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Written under the lock; read by Runners without. */
  private volatile @Nullable Runner active;

  @GuardedBy("lock")
  private final Set<Runner> stuck = new HashSet<>();

  /** Whether a check is due on the timer. It clears this, and then looks whether a Runner works. */
  private volatile boolean checking;

  /** Whether the active Runner sleeps without a limit. */
  private final AtomicBoolean resting = new AtomicBoolean();

  /** Put into the queue to end a rest. */
  static final class Nudge extends PhantomReference<Object> {
    private Nudge() {
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
    StackRoom.ensure();
    lock.lock();
    try {
      boolean added = watched.add(registry);
      try {
        startIfNeeded();
      } catch (Throwable e) {
        if (added) {
          watched.remove(registry);
        }
        throw e;
      }
      registry.watched = true; // and not before: others that register meanwhile rely on it
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void startIfNeeded() {
    if (active == null) {
      Runner runner = new Runner(this);
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
    StackRoom.ensure();
    lock.lock();
    try {
      if (registry.unwatch()) {
        watched.remove(registry);
      }
    } finally {
      lock.unlock();
    }
    lookAgain();
  }

  /**
   * Waits until everything that was in the queue has run, and nothing runs for that registry.
   *
   * @return false if that took longer
   */
  boolean drain(StripedRegistry registry, long nanos) throws InterruptedException {
    StackRoom.ensure();
    lock.lockInterruptibly();
    try {
      if (isRunner(Thread.currentThread())) {
        throw Checks.drainedByItself(registry.name());
      }
      startIfNeeded();
      drains.begin(); // before the lock is left: no Runner retires from here on
    } finally {
      lock.unlock();
    }
    try {
      return drains.await(() -> registry.running.get() == 0, nanos);
    } finally {
      drains.end();
      lookAgain(); // a Runner may have gone to rest only because of this wait
    }
  }

  @GuardedBy("lock")
  private boolean isRunner(Thread thread) {
    Runner runner = active;
    return (runner != null && runner.thread == thread)
        || stuck.stream().anyMatch(other -> other.thread == thread);
  }

  boolean hasTurn(Runner runner) {
    return active == runner;
  }

  /** Ends the turn of a Runner for which there was nothing to do, if nothing can come. */
  boolean retire(Runner runner) {
    lock.lock();
    try {
      watched.removeIf(StripedRegistry::unwatch);
      if (active != runner || !watched.isEmpty() || drains.isAnybodyWaiting()) {
        return active != runner;
      }
      active = null;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something comes, however long.
   *
   * @return what came; null if the Runner is to end, as after {@link #retire}
   */
  @Nullable
  Reference<?> rest(Runner runner) throws InterruptedException {
    resting.set(true);
    try {
      SchedulePoints.reach("cleanup.resting");
      return retire(runner) ? null : QUEUE.remove();
    } finally {
      resting.set(false);
    }
  }

  /**
   * Something is registered no more, perhaps the last: a Runner that rests looks whether to end.
   */
  void lookAgain() {
    if (resting.get() && resting.compareAndSet(true, false)) { // one nudge a rest
      try {
        new Nudge().enqueue();
      } catch (VirtualMachineError e) { // no memory, or no room on the stack
        resting.set(true); // the next one tries
      }
    }
  }

  /** An action is over that took its Runner's turn away; whether the Runner gets it again. */
  boolean returned(Runner runner) {
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

  /** A Runner begins with that node: sees to it that somebody looks after it. */
  void watchOver(Node<?> node) {
    if (!checking) {
      checkLater(Math.min(node.registry().slowNanos, CHECK_NANOS));
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
    if (runner == null) {
      return;
    }
    if (!runner.busy) { // whoever becomes busy now finds `checking` false
      runner.slow = null; // which is over, and kept by nobody else
      return;
    }
    long next = CHECK_NANOS;
    try {
      next = look(runner);
    } catch (Throwable e) {
      // No memory, or no thread: it is as it was, and the next check tries again.
    }
    checkLater(next);
  }

  /** Reports and replaces a Runner that is in an action for too long; when to look again. */
  private long look(Runner runner) {
    Node<?> node = runner.node;
    if (node == null) {
      return CHECK_NANOS;
    }
    long slow = node.registry().slowNanos;
    long took = System.nanoTime() - runner.since;
    if (took < slow) {
      return Math.min(slow - took, CHECK_NANOS);
    }
    if (runner.slow != node) {
      StackTraceElement[] stack = runner.thread.getStackTrace();
      Daemons.workers().execute(() -> report(node, took, stack));
      runner.slow = node;
    }
    replace(runner, node);
    return CHECK_NANOS;
  }

  private static void report(Node<?> node, long nanos, StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder("a cleanup action has been running for ");
    text.append(TimeUnit.NANOSECONDS.toMillis(nanos)).append(" ms: ").append(node.describe());
    for (StackTraceElement frame : stack) {
      text.append("\n    at ").append(frame);
    }
    Flight.slow(node.registry().name(), node.describe(), nanos, text.toString());
    Daemons.complain(Collector.class, text.toString(), null);
  }

  private void replace(Runner runner, Node<?> node) {
    lock.lock();
    try {
      if (active != runner || runner.node != node || stuck.size() == MAX_STUCK) {
        return;
      }
      Runner next = new Runner(this);
      stuck.add(runner);
      active = next;
      try {
        next.thread.start();
      } catch (Throwable e) {
        active = runner;
        stuck.remove(runner);
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }
}
