/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * A blocking operation on a thread of Keelson's, where no interrupt of the caller's can reach the
 * channel; the caller sleeps in it.
 */
final class Delegated implements Transport, Runnable {

  private final Callable<Integer> operation;
  private final ParkTransport park = new ParkTransport();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  /** The thread that may be interrupted: only while it runs the operation. */
  @GuardedBy("lock")
  private @Nullable Thread runner;

  @GuardedBy("lock")
  private boolean interrupt;

  /** Written before {@code done}. */
  private int result;

  /** Written before {@code done}. */
  private @Nullable Throwable failure;

  private volatile boolean done;

  private Delegated(Callable<Integer> operation) {
    this.operation = operation;
  }

  static Delegated start(Callable<Integer> operation) {
    Delegated delegated = new Delegated(operation);
    Daemons.workers().execute(delegated);
    return delegated;
  }

  @Override
  public void run() {
    try {
      setRunner(Thread.currentThread());
      try {
        result = operation.call();
      } finally {
        setRunner(null);
      }
    } catch (Throwable e) { // told to whoever asks for the result
      failure = e;
    }
    done = true;
    ended.countDown();
    VarHandle.fullFence(); // the caller enters before it looks, and this is done before it looks
    park.rouse();
  }

  private void setRunner(@Nullable Thread thread) {
    lock.lock();
    try {
      runner = thread;
      if (thread != null && interrupt) {
        thread.interrupt(); // given up before it began
      }
      if (thread == null) {
        Thread.interrupted(); // one that came last is not the next task's
      }
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts the operation, if it is one that an interrupt ends. */
  void interrupt() {
    lock.lock();
    try {
      interrupt = true;
      if (runner != null) {
        runner.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the operation to end, through interrupts, which are kept. */
  void join() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (OutOfMemoryError e) { // to wait takes some
        Daemons.awaitMemory();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isDone() {
    return done;
  }

  /** Whether it threw; to be asked once it is done. */
  boolean failed() {
    return failure != null;
  }

  /** What it returned or threw; to be asked once it is done. */
  int result() throws IOException {
    Throwable thrown = failure;
    if (thrown instanceof IOException e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    if (thrown != null) {
      throw new IOException(thrown);
    }
    return result;
  }

  @Override
  public void enter() {
    park.enter();
  }

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) {
    if (!done) {
      park.sleep(nanos, protocol);
    }
    return done;
  }

  @Override
  public void rouse() {
    park.rouse();
  }

  @Override
  public void leave() {
    park.leave();
  }
}
