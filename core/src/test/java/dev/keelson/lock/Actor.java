/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A thread that does one thing after the other, as it is told, and can be made to die. */
final class Actor {

  private static final long PATIENCE = 30;

  private final LinkedBlockingQueue<FutureTask<?>> tasks = new LinkedBlockingQueue<>();
  final Thread thread;

  Actor(String name) {
    thread = new Thread(this::play, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void play() {
    try {
      while (true) {
        FutureTask<?> task = tasks.take();
        if (task.isCancelled()) {
          return;
        }
        task.run();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("an interrupt was left over", e);
    }
  }

  /** Begins to do that. */
  <T> FutureTask<T> begin(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    tasks.add(future);
    return future;
  }

  FutureTask<Void> begin(Step step) {
    return begin(
        () -> {
          step.run();
          return null;
        });
  }

  /** Does that, and has done it when this returns; throws what it throws. */
  <T> T ask(Callable<T> task) throws Exception {
    return end(begin(task));
  }

  void tell(Step step) throws Exception {
    end(begin(step));
  }

  static <T> T end(FutureTask<T> begun) throws Exception {
    try {
      return begun.get(PATIENCE, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw (Error) e.getCause();
    }
  }

  /** Its thread ends, with whatever it has locked; it is dead when this returns. */
  void die() throws InterruptedException {
    FutureTask<Void> last = new FutureTask<>(() -> null);
    last.cancel(false);
    tasks.add(last);
    thread.join(TimeUnit.SECONDS.toMillis(PATIENCE));
    if (thread.isAlive()) {
      AssertionError stuck = new AssertionError(thread + " does not come back");
      stuck.setStackTrace(thread.getStackTrace());
      throw stuck;
    }
  }

  /** Waits until its thread is in the queue of that lock, as the lock itself says. */
  void awaitQueued(ResettableLock lock) throws InterruptedException {
    await(() -> lock.hasQueuedThread(thread), "queued for", lock);
  }

  /**
   * Waits until its thread is parked on that condition, which it has not waited on before. It is
   * among the condition's waiters already while it still has the lock; parked, it has given it
   * back.
   */
  void awaitWaiting(Condition condition) throws InterruptedException {
    await(() -> LockSupport.getBlocker(thread) == condition, "waiting on", condition);
  }

  private void await(BooleanSupplier state, String what, Object where) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (!state.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            thread + " is not " + what + " " + where + " but " + thread.getState());
      }
      Thread.sleep(1);
    }
  }

  interface Step {
    void run() throws Exception;
  }
}
