/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import com.google.common.collect.MapMaker;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.annotation.Nullable;

/**
 * Makes an {@link Adoption}, on another thread: the change of a channel's mode waits, deaf to
 * interrupts, for whoever reads or writes.
 */
final class Takeover implements Callable<Adoption> {

  /*
   * The caller may give up while the change still waits, and nobody can call that back. So the two decide by `settled`:
   *
   *   open -> made       by the thread that has made the channel non-blocking; it registers it next, which waits for nobody
   *   open -> given up   by the caller, which was interrupted, or has waited long enough and sees that the change waits as well
   *
   * A change that comes after the caller gave up takes itself back. A caller that comes after the change waits for the adoption and
   * returns it, interrupted or not: with an exception the channel would be adopted by nobody, and non-blocking for ever.
   *
   * All of it happens under the channel's blockingLock, which configureBlocking and register take as well. Without it a late change
   * would show its mode to another adoption that began before this one was given up; that one would believe that the channel came in
   * it, and this one would set the channel blocking under that adoption's feet, or under those of a program that has made it
   * non-blocking by itself meanwhile. An adoption that begins later waits until the one given up is over.
   */

  /** How long a change of mode may take: it waits for operations of other threads. */
  private static final long PATIENCE_MILLIS = 500;

  private static final long LOOK_MILLIS = 10;

  /**
   * Those given up that still wait, by the channel's identity. Each has a thread, so the next one
   * waits for it instead of adding its own.
   */
  private static final ConcurrentMap<SelectableChannel, Takeover> GIVEN_UP =
      new MapMaker().weakKeys().makeMap();

  private final SelectableChannel channel;
  private final Selector selector;
  private final AtomicBoolean settled = new AtomicBoolean();
  private volatile @Nullable Thread runner;

  private final FutureTask<Adoption> task =
      new FutureTask<>(this) {
        @Override
        protected void done() {
          GIVEN_UP.remove(channel, Takeover.this);
        }
      };

  private Takeover(SelectableChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /**
   * Takes a channel over.
   *
   * @throws IllegalStateException if another thread is in an operation on it in blocking mode
   */
  static Adoption of(SelectableChannel channel, Selector selector)
      throws IOException, InterruptedException {
    awaitGivenUp(channel);
    Takeover takeover = new Takeover(channel, selector);
    Daemons.workers().execute(takeover.task);
    boolean interrupted = false;
    try {
      for (long millis = PATIENCE_MILLIS; ; millis = LOOK_MILLIS) {
        try {
          return takeover.task.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (takeover.isWaiting() && takeover.giveUp()) {
            throw inUse(channel);
          }
        } catch (InterruptedException e) {
          if (takeover.giveUp()) {
            throw e;
          }
          interrupted = true;
        } catch (OutOfMemoryError e) { // to wait takes some
          if (takeover.giveUp()) {
            throw e;
          }
          Daemons.awaitMemory();
        }
      }
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void awaitGivenUp(SelectableChannel channel) throws InterruptedException {
    Takeover earlier = GIVEN_UP.get(channel);
    long millis = PATIENCE_MILLIS;
    while (earlier != null && !earlier.task.isDone()) {
      try {
        earlier.task.get(millis, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (earlier.isWaiting() && !earlier.task.isDone()) { // its thread waits afterwards, too
          throw inUse(channel);
        }
        millis = LOOK_MILLIS;
      } catch (ExecutionException e) {
        return; // it has taken itself back
      }
    }
  }

  private static IllegalStateException inUse(SelectableChannel channel) {
    return new IllegalStateException(
        channel
            + " is in use by another thread in blocking mode; end that operation first, or use"
            + " the channel in non-blocking mode everywhere");
  }

  private static IOException failure(@Nullable Throwable cause) {
    if (cause instanceof IOException failure) {
      return failure;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(cause);
  }

  private boolean settle() {
    return settled.compareAndSet(false, true);
  }

  private boolean giveUp() {
    boolean first = settle();
    if (first) {
      try {
        GIVEN_UP.put(channel, this);
      } catch (OutOfMemoryError e) {
        return true; // the next one adds a thread
      }
      if (task.isDone()) {
        GIVEN_UP.remove(channel, this); // the race with done(), which came before
      }
    }
    return first;
  }

  /** Whether it waits for somebody; one that merely has no processor comes in time later. */
  private boolean isWaiting() {
    Thread thread = runner;
    return thread != null && thread.getState() != Thread.State.RUNNABLE;
  }

  @Override
  public Adoption call() throws IOException {
    runner = Thread.currentThread();
    synchronized (channel.blockingLock()) { // see above
      if (settled.get()) {
        throw new CancellationException("given up");
      }
      boolean wasBlocking = channel.isBlocking();
      if (wasBlocking) {
        channel.configureBlocking(false);
      }
      boolean adopted = false;
      try {
        if (!settle()) {
          throw new CancellationException("given up");
        }
        Adoption adoption = Adoption.register(channel, selector, wasBlocking);
        adopted = true;
        return adoption;
      } finally {
        if (!adopted && wasBlocking && channel.isOpen()) {
          channel.configureBlocking(true);
        }
      }
    }
  }
}
