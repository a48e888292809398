/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.internal.threads.Durations;
import dev.keelson.wake.Installation.Delivery;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * Signals on their way to a program, from {@link SignalRouter#to} until {@link #close}.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * <p>Memory consistency effects: as of {@link Waker#wake}; the count of a signal is raised before
 * its waker is woken or its action called.
 *
 * <p><b>Resources.</b> Holds the place in the JVM of each of its signals that no other route has. A
 * route that is not closed keeps its waker and action alive.
 */
public final class SignalRoute implements AutoCloseable {

  /** One signal of this route. */
  private static final class Counter {
    final AtomicLong arrived = new AtomicLong();

    /**
     * The latest that no call of the action has begun for; whoever sets the first one hands over.
     */
    final AtomicReference<Delivery> waiting = new AtomicReference<>();

    final AtomicBoolean handedOver = new AtomicBoolean();
  }

  private final SignalRouter how;
  private final SignalAction action;

  /** Wakes, and says whether there was anybody to wake; null for a route to an action. */
  private final @Nullable BooleanSupplier wake;

  private final Map<String, Counter> counters = new LinkedHashMap<>();

  /** When the last signal came, by {@link System#nanoTime}; 0 if none has. */
  private final AtomicLong lastAt = new AtomicLong();

  private final AtomicReference<Clock> clock = new AtomicReference<>();
  private volatile boolean closed;

  /** A budget that runs, until it is over; the next signal starts another one. */
  private static final class Clock {
    final Delivery first;
    final long end;
    final AtomicBoolean over = new AtomicBoolean();
    volatile @Nullable ScheduledFuture<?> alarm;

    Clock(Delivery first, long end) {
      this.first = first;
      this.end = end;
    }
  }

  SignalRoute(SignalRouter how, SignalAction action, @Nullable BooleanSupplier wake) {
    this.how = how;
    this.action = action;
    this.wake = wake;
    for (String name : how.names()) {
      counters.put(name, new Counter());
    }
  }

  /** The signals it leads, without SIG. */
  public List<String> names() {
    return how.names();
  }

  /** How many signals have come. */
  public long count() {
    return counters.values().stream().mapToLong(counter -> counter.arrived.get()).sum();
  }

  /**
   * How many of that name have come.
   *
   * @throws IllegalArgumentException if the route is not for it
   */
  public long count(String name) {
    Counter counter = counters.get(SignalProbe.plainName(name));
    if (counter == null) {
      throw new IllegalArgumentException("name is " + name + "; this route is for " + names());
    }
    return counter.arrived.get();
  }

  /** What is left of the latest budget; empty if there is none or no signal has come. */
  public Optional<Duration> remaining() {
    Clock running = clock.get();
    return running == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, running.end - System.nanoTime())));
  }

  /**
   * Says that the program is done with what the signal asked for, within its budget: the clock
   * stops and, for {@link Chain#AFTER}, the handler before is called, on a thread of Keelson's. The
   * next signal has the whole budget again; those that came before are done with as well. So call
   * it once, when all that came has been seen to, and {@link #close} the route before an exit that
   * may take longer than the budget. Does nothing if no signal has come, there is no budget, or it
   * is over and no signal has come since.
   */
  public void done() {
    Clock running = clock.get();
    if (running != null && stop(running) && chain() == Chain.AFTER) {
      Daemons.insist(running.first::callPrevious);
    }
  }

  /**
   * Ends the route: no signal that comes from now on reaches it, and the clock of its budget stops.
   * After the last route of a signal the handler before is put back. An action that was handed over
   * still runs. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    for (String name : names()) {
      Installation.remove(name, this);
    }
    Clock running = clock.get();
    if (running != null) {
      stop(running);
    }
  }

  Chain chain() {
    return how.chain();
  }

  /** On the JVM's thread: must neither wait nor throw. Returns false if this is closed. */
  boolean deliver(Delivery delivery) {
    Counter counter = counters.get(delivery.name());
    if (counter == null || closed) {
      return false;
    }
    long count = counter.arrived.incrementAndGet();
    try {
      tellRecorder(delivery, count);
      lookForSecond(delivery);
      startClock(delivery);
      if (wake != null) {
        finish(delivery, wake.getAsBoolean());
      } else {
        handOver(counter, delivery);
      }
    } catch (RuntimeException | Error e) {
      notDelivered(delivery, e);
    }
    return true;
  }

  private static void tellRecorder(Delivery delivery, long count) {
    try {
      Flight.delivered(delivery.name(), count);
    } catch (RuntimeException | Error e) {
      besideFailed(" could not be recorded", delivery, e);
    }
  }

  private void lookForSecond(Delivery delivery) {
    Runnable second = how.second();
    if (second == null) {
      return;
    }
    long now = System.nanoTime() | 1; // zero is never
    long before = lastAt.getAndSet(now);
    if (before != 0 && now - before <= how.withinNanos()) {
      try {
        if (second instanceof SignalRouter.Halt) {
          second.run();
        } else {
          how.executor().execute(second);
        }
      } catch (RuntimeException | Error e) {
        besideFailed(" was the second, and the action for that was refused", delivery, e);
      }
    }
  }

  private void startClock(Delivery delivery) {
    long budget = how.budgetNanos();
    Clock before = clock.get();
    if (budget >= Durations.NEVER || (before != null && !before.over.get())) {
      return;
    }
    try {
      Clock fresh = new Clock(delivery, System.nanoTime() + budget);
      if (clock.compareAndSet(before, fresh)) { // the race of two signals: one clock runs
        fresh.alarm = Daemons.timer().schedule(() -> runOut(fresh), budget, TimeUnit.NANOSECONDS);
        if (fresh.over.get() || closed) {
          stop(fresh); // the race with done() and close(), which did not see the alarm
        }
      }
    } catch (RuntimeException | Error e) {
      besideFailed(" has a budget that may not end", delivery, e);
    }
  }

  /** What is done beside the delivery must not keep it from the waker or the action. */
  private static void besideFailed(String how, Delivery delivery, Throwable e) {
    delivery.complain("", how, e);
  }

  private void runOut(Clock running) {
    if (running.over.compareAndSet(false, true)) { // the race with done() and close()
      if (chain() == Chain.AFTER) {
        Daemons.insist(running.first::callPrevious);
      } else {
        Runtime.getRuntime().halt(running.first.exitStatus());
      }
    }
  }

  /** Whether it was running until now. */
  private static boolean stop(Clock running) {
    boolean first = running.over.compareAndSet(false, true);
    ScheduledFuture<?> alarm = running.alarm;
    if (alarm != null) {
      alarm.cancel(false);
    }
    return first;
  }

  /** What comes while the action runs makes one more call, not many: a storm needs no queue. */
  private void handOver(Counter counter, Delivery delivery) {
    counter.waiting.set(delivery);
    while (counter.waiting.get() != null && counter.handedOver.compareAndSet(false, true)) {
      try {
        how.executor().execute(() -> act(counter));
        return;
      } catch (RuntimeException | Error e) {
        Delivery refused = counter.waiting.getAndSet(null);
        counter.handedOver.set(false);
        if (refused != null) {
          notDelivered(refused, e);
        }
        // And again, for one that came after that and found it handed over.
      }
    }
  }

  private void notDelivered(Delivery delivery, Throwable why) {
    delivery.complain("", " was not delivered", why);
    finish(delivery, false);
  }

  private void act(Counter counter) {
    do {
      for (Delivery next = counter.waiting.getAndSet(null);
          next != null;
          next = counter.waiting.getAndSet(null)) {
        boolean handled = false;
        try {
          action.signalled(next.name(), counter.arrived.get());
          handled = true;
        } catch (Throwable e) { // other languages throw what they like
          next.complain("the action on ", " failed", e);
        }
        finish(next, handled);
      }
      counter.handedOver.set(false);
      // The race with a delivery that came after the last look and found it handed over.
    } while (counter.waiting.get() != null && counter.handedOver.compareAndSet(false, true));
  }

  private void finish(Delivery delivery, boolean handled) {
    boolean after = chain() == Chain.AFTER && how.budgetNanos() >= Durations.NEVER;
    if (after || (!handled && chain() != Chain.NONE)) {
      delivery.callPrevious();
    }
  }

  @Override
  public String toString() {
    return "SignalRoute" + names() + (closed ? "[closed]" : "[" + count() + " came]");
  }
}
