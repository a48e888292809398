/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

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
    thread.join();
  }

  /** Waits until its thread is parked for a lock or on a condition. */
  void awaitParked() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (!isParked()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(thread + " is not parked but " + thread.getState());
      }
      Thread.sleep(1);
    }
  }

  private boolean isParked() {
    Object blocker = LockSupport.getBlocker(thread);
    Thread.State state = thread.getState();
    return (blocker instanceof Sync || blocker instanceof LockCondition)
        && (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
  }

  interface Step {
    void run() throws Exception;
  }
}
