/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Time;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Places for a launcher's live children, given in the order in which they were asked for, to
 * threads that wait and to callbacks alike. Safe for use by multiple threads.
 */
final class Permits {

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();

  /** How many there are, which is the most that anybody may ask for at once. */
  private final int total;

  /** More than an {@code int}: see {@link #open}. */
  @GuardedBy("lock")
  private long free;

  /** Whether everybody comes through. Never cleared. */
  @GuardedBy("lock")
  private boolean open;

  @GuardedBy("lock")
  private final Deque<Request> waiting = new ArrayDeque<>();

  /** Compared by identity: two requests are never the same. */
  static final class Request {
    final int places;
    final Runnable granted;

    Request(int places, Runnable granted) {
      this.places = places;
      this.granted = granted;
    }
  }

  Permits(Time time, int places) {
    this.time = time;
    total = places;
    free = places;
  }

  /**
   * Calls {@code granted} once there are that many places: now, or later on the thread that gives
   * one back or goes out of the way. It must be quick.
   */
  Request whenFree(int places, Runnable granted) {
    Request request = new Request(places, granted);
    enter(request);
    return request;
  }

  /** Whether its turn has not come yet. */
  boolean isWaiting(Request request) {
    lock.lock();
    try {
      return waiting.contains(request);
    } finally {
      lock.unlock();
    }
  }

  /** Leaves the queue; returns whether it still waited, and so will never be granted. */
  boolean giveUp(Request request) {
    boolean stillWaiting;
    lock.lock();
    try {
      stillWaiting = waiting.remove(request);
    } finally {
      lock.unlock();
    }
    if (stillWaiting) {
      grant(); // it may have stood before one that wants less
    }
    return stillWaiting;
  }

  /**
   * Waits for that many places at once, so that nobody who holds some waits for others; returns
   * whether they were given before {@code nanos} were over.
   */
  boolean acquire(int places, long nanos) throws InterruptedException {
    Time.Gate gate = time.newGate();
    Request request = new Request(places, gate::open);
    enter(request);
    boolean mine = false;
    try {
      mine = gate.await(nanos);
      return mine;
    } finally {
      if (!mine) {
        withdraw(request);
      }
    }
  }

  private void enter(Request request) {
    lock.lock();
    try {
      waiting.add(request);
    } finally {
      lock.unlock();
    }
    grant();
  }

  /** Places that were granted just when the wait was given up go to the next one. */
  private void withdraw(Request request) {
    if (!giveUp(request)) {
      release(request.places);
    }
  }

  /** Gives places back. */
  void release(int places) {
    lock.lock();
    try {
      free += places;
    } finally {
      lock.unlock();
    }
    grant();
  }

  /**
   * Lets everybody through from now on, whoever has the places, but no more at once than there are
   * places. Whoever comes through now has to give them back at once. Idempotent.
   */
  void open() {
    lock.lock();
    try {
      if (!open) {
        open = true;
        free += total;
      }
    } finally {
      lock.unlock();
    }
    grant();
  }

  /** Serves those who wait, the first one first, for as long as there are places for it. */
  private void grant() {
    while (true) {
      @Nullable Request next;
      lock.lock();
      try {
        next = waiting.peek();
        if (next == null || next.places > free) {
          return;
        }
        waiting.remove();
        free -= next.places;
      } finally {
        lock.unlock();
      }
      next.granted.run();
    }
  }
}
