/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.StackRoom;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * Registrations on a {@link Cleaner} of the caller's, which learns of the owners' death and runs
 * their actions on its own thread. Safe for use by multiple threads.
 */
final class CleanerRegistry implements Registry {

  private final Leaks leaks;
  private final Cleaner cleaner;
  private final Sampler sampler;

  /** For the sampler alone, and as inexact as that. */
  private int registrations;

  /** Everything that waits; closing the realm runs it. Holds no owner. */
  private final Set<CleanerEntry<?>> waiting = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;
  private final AtomicInteger running = new AtomicInteger();

  /** The Cleaner's only thread, while it runs an action of this registry. */
  volatile @Nullable Thread runner;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  CleanerRegistry(Leaks leaks, Cleaner cleaner) {
    this.leaks = leaks;
    sampler = new Sampler(leaks.level().oneIn());
    this.cleaner = cleaner;
  }

  Leaks leaks() {
    return leaks;
  }

  @Override
  public <S> Registration<S> register(
      Object owner, S state, Consumer<? super S> action, boolean checked) {
    if (checked) {
      Captures.check(action);
      Checks.notHeld(owner, state, leaks.level());
    }
    if (closed) {
      throw Checks.closed(leaks.realm());
    }
    Track track = sampler.hits(registrations++) ? leaks.follow(owner) : null;
    CleanerEntry<S> entry = new CleanerEntry<>(this, state, action, track);
    try {
      entry.attach(cleaner.register(owner, entry));
      waiting.add(entry);
    } catch (Throwable e) { // no memory: then nothing was registered
      entry.giveUp();
      throw e;
    } finally {
      // An owner that dies in between would have its entry taken out before it is in, for good.
      Reference.reachabilityFence(owner);
    }
    // Closed meanwhile: close() may have looked before `add`. Whoever claims it first, it is not
    // left behind.
    if (closed && entry.detach().isPresent()) {
      throw Checks.closed(leaks.realm());
    }
    return entry;
  }

  void over(CleanerEntry<?> entry) {
    waiting.remove(entry);
  }

  void begins() {
    running.incrementAndGet();
  }

  void ends() {
    if (running.decrementAndGet() == 0) {
      StackRoom.ensure(); // a lock that is lost here stops the thread of the user's Cleaner
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public long size() {
    return waiting.size();
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    Failures failures = new Failures();
    for (CleanerEntry<?> entry : waiting) {
      try {
        entry.clean();
      } catch (Throwable e) { // the others are to be cleaned none the less
        failures.add(e);
      }
    }
    failures.throwFirst();
  }

  /** A Cleaner does not say what it has to do; what it does is all that can be waited for. */
  @Override
  public boolean drain(long nanos) throws InterruptedException {
    if (Thread.currentThread() == runner) {
      throw Checks.drainedByItself(leaks.realm());
    }
    long end = System.nanoTime() + nanos;
    lock.lockInterruptibly();
    try {
      while (running.get() > 0) {
        long left = end - System.nanoTime();
        if (left <= 0 || !idle.await(left, TimeUnit.NANOSECONDS)) {
          return running.get() == 0;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
