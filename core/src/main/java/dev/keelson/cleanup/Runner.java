/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.internal.threads.Daemons;
import dev.keelson.spi.Creations;
import java.lang.ref.Reference;
import java.util.List;
import javax.annotation.Nullable;

/** Takes nodes from the queue and runs their actions, while it has the {@link Collector}'s turn. */
final class Runner implements Runnable {

  /**
   * What this thread needs for the first time at some later moment, when a container may have
   * closed the class loader: a class that could not be loaded then would cost an action.
   */
  @SuppressWarnings("unused")
  private static final List<Class<?>> NEEDED_LATER =
      List.of(
          Drains.Marker.class,
          Collector.Nudge.class,
          Node.class,
          LeakLabel.class,
          Leaks.class,
          Creations.class);

  final Thread thread = Daemons.newThread("keelson-cleanup", this);

  private final Collector collector;

  /** Between the first node of many and an empty queue. Written by its thread. */
  volatile boolean busy;

  /** What it works on, and since when; {@code since} is written first. */
  volatile @Nullable Node<?> node;

  volatile long since;

  /** The last that was found slow. Written by the collector's check alone. */
  volatile @Nullable Node<?> slow;

  Runner(Collector collector) {
    this.collector = collector;
  }

  /** Whether it is in an action that was found slow. */
  boolean isStuck() {
    Node<?> current = node;
    return current != null && current == slow;
  }

  @Override
  public void run() {
    Daemons.retainCurrentThread();
    while (collector.hasTurn(this)) {
      try {
        if (!step()) {
          return;
        }
      } catch (Throwable e) { // memory, or the stack of a listener
        Daemons.complain(Runner.class, "cleanup goes on after", e);
      }
    }
  }

  /** Runs one action, or waits for one; whether there may be more. */
  private boolean step() {
    Reference<?> reference = Collector.QUEUE.poll();
    if (reference == null) {
      busy = false;
      collector.drains.foundEmpty();
      try {
        reference = Collector.QUEUE.remove(Collector.IDLE_MILLIS);
        if (reference == null) {
          if (collector.retire(this)) {
            return false;
          }
          reference = collector.rest(this);
        }
      } catch (InterruptedException e) {
        return true; // an action's interrupt that came late
      }
      if (reference == null) {
        return false;
      }
    }
    if (reference instanceof Drains.Marker marker) {
      collector.drains.met(marker);
    } else if (reference instanceof Node<?> next && next.isAlive()) {
      busy = true;
      collector.watchOver(next);
      return work(next);
    }
    return true;
  }

  private boolean work(Node<?> next) {
    StripedRegistry registry = next.registry();
    registry.running.incrementAndGet();
    since = System.nanoTime();
    node = next;
    try {
      next.cleanCollected();
    } catch (Throwable e) { // other languages throw what they like
      complain(next, e);
    } finally {
      node = null;
      registry.running.decrementAndGet();
    }
    boolean unused = Thread.interrupted(); // an action's own affair
    collector.drains.actionIsOver();
    return slow != next || collector.returned(this);
  }

  private static void complain(Node<?> node, Throwable e) {
    String what = "a cleanup action failed";
    try {
      what += ": " + node.describe();
    } catch (Throwable again) {
      // then without its name
    }
    Daemons.complain(Runner.class, what, e);
  }
}
