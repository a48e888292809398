/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.threads.Time;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A condition in virtual time. A signalled waiter counts as awake from the signal on, and not only
 * when its thread comes to run.
 */
@SuppressWarnings("WaitNotInLoop") // it is what others loop on
final class VirtualCondition implements Condition {

  private final VirtualClock clock;
  private final ReentrantLock outer;

  /** Used under the clock's lock. */
  private final Deque<Time.Gate> waiting = new ArrayDeque<>();

  VirtualCondition(VirtualClock clock, ReentrantLock outer) {
    this.clock = clock;
    this.outer = outer;
  }

  @Override
  public long awaitNanos(long nanos) throws InterruptedException {
    long instant = clock.after(nanos);
    Time.Gate gate = enter();
    int holds = outer.getHoldCount();
    for (int i = 0; i < holds; i++) {
      outer.unlock();
    }
    try {
      gate.await(nanos);
    } finally {
      leave(gate);
      for (int i = 0; i < holds; i++) {
        outer.lock();
      }
    }
    return instant == Long.MAX_VALUE ? nanos : instant - clock.nanoTime();
  }

  private Time.Gate enter() {
    Time.Gate gate = clock.newGate();
    clock.lock();
    try {
      waiting.add(gate);
    } finally {
      clock.unlock();
    }
    return gate;
  }

  private void leave(Time.Gate gate) {
    clock.lock();
    try {
      waiting.remove(gate);
    } finally {
      clock.unlock();
    }
  }

  @Override
  public void await() throws InterruptedException {
    var unused = awaitNanos(Long.MAX_VALUE);
  }

  @Override
  public void awaitUninterruptibly() {
    throw new UnsupportedOperationException("nobody needs it; use await");
  }

  @Override
  public boolean await(long time, TimeUnit unit) {
    throw new UnsupportedOperationException("nobody needs it; use awaitNanos");
  }

  @Override
  public boolean awaitUntil(Date deadline) {
    throw new UnsupportedOperationException("wall-clock time is not virtual; use awaitNanos");
  }

  @Override
  public void signal() {
    throw new UnsupportedOperationException("nobody needs it; use signalAll");
  }

  @Override
  public void signalAll() {
    clock.lock();
    try {
      waiting.forEach(Time.Gate::open);
      waiting.clear();
    } finally {
      clock.unlock();
    }
  }
}
