/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Daemons;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.annotation.Nullable;

/**
 * A task or a test that has to give back every lock it takes. Threads of a pool outlive their
 * tasks, so a lock that a task left held has an owner that is alive, and is never found abandoned;
 * the scope finds it when the task ends.
 *
 * <p>Only locks of the registry that opened the scope are looked at. What a thread held before is
 * none of the scope's business.
 *
 * <p>Safe for use by multiple threads. Not closing a scope costs nothing but the check.
 */
public final class LockScope implements AutoCloseable {

  private final LockRegistry registry;
  private final String label;
  private final LockLeakPolicy policy;
  private final Part opener;
  private final AtomicBoolean closed = new AtomicBoolean();

  LockScope(LockRegistry registry, String label, LockLeakPolicy policy) {
    this.registry = registry;
    this.label = label;
    this.policy = policy;
    this.opener = new Part(Thread.currentThread());
  }

  /** What one thread held when it came into the scope, by lock and number of holds. */
  private final class Part {
    private final Thread thread;
    private final Map<Sync, Integer> before = new HashMap<>();

    Part(Thread thread) {
      this.thread = thread;
      registry.known.eachHeldBy(
          thread, entry -> before.put(entry.sync(), Word.holds(entry.word())));
    }

    /** Deals with what the thread holds now and did not hold then. */
    void end(@Nullable Throwable failure) {
      List<HeldLock> left = new ArrayList<>();
      registry.known.eachHeldBy(
          thread,
          held -> {
            if (Word.holds(held.word()) > before.getOrDefault(held.sync(), 0)) {
              left.add(held);
            }
          });
      if (!left.isEmpty()) {
        deal(left, failure);
      }
    }

    private void deal(List<HeldLock> left, @Nullable Throwable failure) {
      List<String> names = new ArrayList<>();
      List<String> kept = new ArrayList<>();
      for (HeldLock held : left) {
        String name = held.name();
        names.add(name);
        if (policy == LockLeakPolicy.LOG || !giveBack(held)) {
          kept.add(name);
        }
      }
      String message =
          "\""
              + label
              + "\" has ended on thread \""
              + thread.getName()
              + "\" and left held: "
              + String.join(", ", names)
              + outcome(names, kept)
              + ". Unlock in a finally block.";
      LockLeakException leak = new LockLeakException(message, List.copyOf(names));
      if (policy != LockLeakPolicy.FAIL) {
        Daemons.complain(LockScope.class, message, null);
      } else if (failure != null) {
        failure.addSuppressed(leak);
      } else {
        throw leak;
      }
    }

    private String outcome(List<String> names, List<String> kept) {
      return kept.size() == names.size()
          ? "; still held"
          : "; released now" + (kept.isEmpty() ? "" : ", but for " + String.join(", ", kept));
    }

    /**
     * Down to what was held before; if that is nothing, by a reset, which the history tells. False
     * if the thread holds more than that still.
     */
    private boolean giveBack(HeldLock held) {
      int keep = before.getOrDefault(held.sync(), 0);
      try {
        if (keep == 0) {
          reset(held);
        } else if (thread == Thread.currentThread()) {
          ResettableLock lock = held.lock();
          while (lock.getHoldCount() > keep) {
            lock.unlock();
          }
        } // else it was held before, and only its own thread can say how often it may be now
      } catch (RuntimeException | Error e) {
        // Taken away meanwhile, or not to be given back: no reason to keep the others.
      }
      return held.sync().holdsOf(thread) <= keep;
    }

    /** Only this thread's tenure: it may have unlocked since the look, and somebody else locked. */
    private void reset(HeldLock held) {
      String reason = "left held by \"" + label + "\"";
      long word = held.word();
      while (Word.owner(word) == ThreadIds.of(thread)
          && !Word.isReset(word)
          && Theft.end(held.sync(), word, thread, reason, null) == null) {
        word = held.sync().word();
      }
    }
  }

  /** The task inside this scope: what it leaves held is dealt with at its end, on its thread. */
  public Runnable wrap(Runnable task) {
    requireNonNull(task, "task");
    return () -> {
      Part part = new Part(Thread.currentThread());
      try {
        task.run();
      } catch (Throwable e) {
        part.end(e);
        throw e;
      }
      part.end(null);
    };
  }

  /** The task inside this scope: what it leaves held is dealt with at its end, on its thread. */
  public <T> Callable<T> wrap(Callable<T> task) {
    requireNonNull(task, "task");
    return () -> {
      Part part = new Part(Thread.currentThread());
      T result;
      try {
        result = task.call();
      } catch (Throwable e) {
        part.end(e);
        throw e;
      }
      part.end(null);
      return result;
    };
  }

  /**
   * Gives the wrapped task to an executor. If the executor rejects it, the scope is closed: what
   * the calling thread took for a task that will never run is dealt with, too.
   */
  public void execute(Executor executor, Runnable task) {
    Runnable wrapped = wrap(task);
    AtomicBoolean begun = new AtomicBoolean();
    try {
      executor.execute(
          () -> {
            begun.set(true);
            wrapped.run();
          });
    } catch (RuntimeException | Error e) {
      if (!begun.get()) { // else it ran here, and what it threw is its own
        close(e);
      }
      throw e;
    }
  }

  /**
   * Ends the scope for the thread that opened it, and deals with what that thread took since and
   * holds still. Does nothing the second time.
   *
   * @throws LockLeakException if there is something, and the policy is {@link LockLeakPolicy#FAIL}
   */
  @Override
  public void close() {
    close(null);
  }

  private void close(@Nullable Throwable failure) {
    if (closed.compareAndSet(false, true)) {
      opener.end(failure);
    }
  }

  @Override
  public String toString() {
    return "LockScope \"" + label + "\"";
  }
}
