/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Daemons;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** One signal's place in the JVM: put there with its first route, taken back with the last. */
final class Installation {

  /*
   * The JVM's own handler table is written as rarely as can be: between the system's handler being put in place and the table being
   * filled a signal is lost. So routes come and go in our list, and the table is touched for the first and after the last only.
   *
   *   first route         ->  PLACED     the handler before is kept
   *   last route closed   ->  gone       if ours is still the handler: the one before is put back
   *                       ->  TOMBSTONE  if somebody put another one on top: that one stays, may call ours, and ours passes
   *                                      everything on to the one before. The next route is a new installation, on top of it.
   *
   * Comparing and putting back are one step for everybody who uses the same library: it is done under the monitor that the
   * library's own installing holds. Another class loader's copy of this class is just somebody else.
   */

  private static final ReentrantLock LOCK = new ReentrantLock();

  @GuardedBy("LOCK")
  private static final Map<String, Installation> PLACED = new HashMap<>();

  private final JvmSignals jvm;
  private final String name;
  private final Object signal;
  private final Object ours;
  private final List<SignalRoute> routes = new CopyOnWriteArrayList<>();

  /** The handler before ours. */
  private volatile @Nullable Object previous;

  /** Written after it. */
  private volatile boolean placed;

  private Installation(JvmSignals jvm, String name, Object signal) {
    this.jvm = jvm;
    this.name = name;
    this.signal = signal;
    ours = jvm.handler(this::delivered);
  }

  /**
   * Leads a signal to a route from now on.
   *
   * @throws IllegalStateException if the signal cannot be had
   */
  static void add(String name, SignalRoute route) {
    SignalSupport support = SignalProbe.support(name);
    JvmSignals jvm = JvmSignals.get();
    Object signal = jvm == null ? null : jvm.signal(name);
    boolean possible = support == SignalSupport.OK || support == SignalSupport.RISKY;
    LOCK.lock();
    try {
      Installation placed = PLACED.get(name);
      if (placed != null) {
        placed.routes.add(route);
      } else if (possible && jvm != null && signal != null) {
        Installation fresh = new Installation(jvm, name, signal);
        fresh.routes.add(route); // before a signal can come
        fresh.place();
        PLACED.put(name, fresh);
      } else {
        throw new IllegalStateException(SignalProbe.explain(name, support));
      }
    } finally {
      LOCK.unlock();
    }
  }

  /** Leads a signal to a route no more. */
  static void remove(String name, SignalRoute route) {
    LOCK.lock();
    try {
      Installation placed = PLACED.get(name);
      if (placed != null && placed.routes.remove(route) && placed.routes.isEmpty()) {
        PLACED.remove(name);
        placed.takeBack();
      }
    } finally {
      LOCK.unlock();
    }
  }

  private void place() {
    Object before;
    try {
      before = jvm.install(signal, ours);
    } catch (IllegalArgumentException refused) {
      throw new IllegalStateException(
          "the JVM keeps SIG" + name + " for itself; choose another one", refused);
    }
    previous = before;
    placed = true;
    if (jvm.isIgnored(before) && SignalProbe.isLeftIgnored(name)) {
      jvm.install(signal, before); // the JVM has only noted ours: the note goes, too
      throw new IllegalStateException(SignalProbe.explain(name, SignalSupport.IGNORED_BY_PARENT));
    }
  }

  private void takeBack() {
    Object before = previous;
    if (before != null) {
      jvm.alone(
          () -> {
            Object current = jvm.install(signal, before);
            if (current != ours) {
              jvm.install(signal, current); // somebody sits on top, and stays
            }
            return current;
          });
    }
  }

  /** A signal may come before {@link #place} has noted what it replaces, which is about to. */
  private @Nullable Object awaitPrevious() {
    while (!placed) {
      LockSupport.parkNanos(1_000);
    }
    return previous;
  }

  /** On a thread of the JVM's: counts, wakes and hands over, nothing else. */
  private void delivered() {
    Delivery delivery = new Delivery(this);
    boolean first = false;
    for (SignalRoute route : routes) {
      first |= route.chain() == Chain.BEFORE;
    }
    if (first) {
      delivery.callPrevious();
    }
    boolean taken = false;
    for (SignalRoute route : routes) {
      taken |= route.deliver(delivery);
    }
    if (!taken) { // there is none, or the last one is just being closed
      delivery.callPrevious();
    }
  }

  /** One signal that came, and its one call of the handler before. */
  static final class Delivery {
    private final Installation installation;
    private final AtomicBoolean called = new AtomicBoolean();

    private Delivery(Installation installation) {
      this.installation = installation;
    }

    String name() {
      return installation.name;
    }

    /** What a shell calls the exit status of a process that it ended. */
    int exitStatus() {
      return 128 + installation.jvm.number(installation.signal);
    }

    /**
     * Calls it unless it was called for another route, or is nothing that can be called. Throws
     * nothing: the other routes are still to be told.
     */
    void callPrevious() {
      if (called.compareAndSet(false, true)) {
        try {
          Object before = installation.awaitPrevious();
          if (before != null) {
            installation.jvm.call(before, installation.signal);
          }
        } catch (RuntimeException | Error e) {
          complain("the handler that ", " had before failed", e);
        }
      }
    }

    /** The text takes memory, too, and whoever complains goes on without it. */
    void complain(String before, String after, Throwable e) {
      try {
        Daemons.complain(Installation.class, before + "SIG" + name() + after, e);
      } catch (Throwable again) {
        // see above
      }
    }
  }
}
