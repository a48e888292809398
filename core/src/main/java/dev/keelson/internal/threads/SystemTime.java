/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The time of everybody. */
final class SystemTime implements Time {

  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(500);

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    Daemons.workers().execute(task);
  }

  @Override
  public void insist(Runnable task) {
    Daemons.insist(task);
  }

  @Override
  public Future<?> schedule(Runnable task, long nanos) {
    return Daemons.timer().schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public Condition newCondition(ReentrantLock lock) {
    return lock.newCondition();
  }

  @Override
  public Gate newGate() {
    return new Latch();
  }

  @Override
  public long slice() {
    return SLICE;
  }

  @Override
  public Runnable awaited() {
    return () -> {}; // it passes anyway
  }

  private static final class Latch implements Gate {
    private final CountDownLatch latch = new CountDownLatch(1);

    @Override
    public void open() {
      latch.countDown();
    }

    @Override
    public boolean isOpen() {
      return latch.getCount() == 0;
    }

    @Override
    public boolean await(long nanos) throws InterruptedException {
      return latch.await(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
