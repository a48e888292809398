/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import dev.keelson.spi.SchedulePoints;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * Registrations in 64 stripes: a thread uses the stripe of its id, so that two threads seldom meet.
 * Safe for use by multiple threads.
 */
final class StripedRegistry implements Registry {

  /*
   * Who watches. The collector's set of watched registries keeps a registry with registrations reachable, and the collector's
   * thread alive. A registration reads `watched` inside its stripe's lock. The collector, to drop an idle registry, clears `watched`
   * and then looks into every stripe, under its lock. For each stripe one of the two is first: either the collector sees the node
   * and watches on, or the registration sees that nobody watches and says so to the collector, after it has left the lock.
   *
   * An owner that dies during its own registration would be enqueued before its node is in, be taken for one that is over, and
   * never be cleaned. The fence at the end of `register` keeps it reachable until its node is in. No test can show that: whether
   * the compiler ends a life early is its own choice, and here it does not.
   */

  private static final int STRIPES = 64;

  private final Leaks leaks;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final Kinds kinds = new Kinds(this);
  private final int capacity;

  /** How long one of its actions may take before it is reported and others are run beside it. */
  final long slowNanos;

  /** Whether the collector knows this; see above. */
  volatile boolean watched;

  private volatile boolean closed;

  /** How many actions the collector's threads run for this now. */
  final AtomicInteger running = new AtomicInteger();

  StripedRegistry(Leaks leaks, long slowNanos) {
    this(leaks, slowNanos, Node.PLACE);
  }

  /** With smaller stripes, for tests. */
  StripedRegistry(Leaks leaks, long slowNanos, int capacity) {
    this.leaks = leaks;
    this.slowNanos = slowNanos;
    this.capacity = capacity;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe.Padded(leaks.level().oneIn());
    }
  }

  String name() {
    return leaks.realm();
  }

  Leaks leaks() {
    return leaks;
  }

  @Override
  public <S> Registration<S> register(
      Object owner, S state, Consumer<? super S> action, boolean checked) {
    Kind<? super S> kind = kind(owner, state, action, checked);
    int number = stripeOfThread();
    if (stripes[number].hits()) {
      kind = followed(owner, state, kind, checked);
    }
    Node<S> node = new Node<>(owner, state, kind);
    try {
      put(node, number);
    } finally {
      Reference.reachabilityFence(owner); // see above
    }
    return node;
  }

  /** What nodes of that action share; looks into action and state. */
  <S> Kind<? super S> kind(Object owner, S state, Consumer<? super S> action, boolean checked) {
    Kind<? super S> kind = kinds.of(action, state.getClass(), owner.getClass());
    if (checked && !kind.harmless) {
      Checks.directlyHeld(owner, state);
    }
    return kind;
  }

  /** Where the calling thread's nodes go. */
  static int stripeOfThread() {
    return (int) threadId(Thread.currentThread()) & (STRIPES - 1);
  }

  /** Puts a node in, there or in another stripe; its owner lives until this returns. */
  void put(Node<?> node, int number) {
    Stripe.Inserted outcome = stripes[number].insert(node, number, capacity, this);
    if (outcome != Stripe.Inserted.WATCHED) {
      settle(outcome, node, number);
    }
  }

  @SuppressWarnings("deprecation") // threadId() came with 19
  private static long threadId(Thread thread) {
    return thread.getId();
  }

  private <K> Kind<K> followed(Object owner, Object state, Kind<K> kind, boolean checked) {
    if (checked && leaks.level() == LeakLevel.PARANOID) {
      Checks.reachable(owner, state);
    }
    return kind.with(leaks.follow(owner));
  }

  /** Does what is seldom needed after an insertion. */
  private void settle(Stripe.Inserted first, Node<?> node, int number) {
    Stripe.Inserted outcome = first;
    for (int i = 1; outcome == Stripe.Inserted.FULL; i++) {
      if (i == STRIPES) {
        throw new IllegalStateException(
            "realm " + name() + " is full: it holds " + size() + " registrations");
      }
      int next = (number + i) & (STRIPES - 1);
      outcome = stripes[next].insert(node, next, capacity, this);
    }
    if (outcome == Stripe.Inserted.CLOSED) {
      throw Checks.closed(name());
    }
    if (outcome == Stripe.Inserted.UNWATCHED) {
      try {
        Collector.ONE.watch(this);
      } catch (Throwable e) { // no thread can be had: then nothing was registered
        if (remove(node)) { // else it has been closed with the realm, and has run
          throw e;
        }
      }
    }
  }

  /** Takes a node out; returns whether it was in. See {@link Stripe#remove}. */
  boolean remove(Node<?> node) {
    int at = node.getAcquireSlot();
    if (at == Node.OUT) {
      return false;
    }
    SchedulePoints.reach("cleanup.claiming");
    int slot = stripes[Node.stripe(at)].remove(node);
    if (slot == Node.OUT) {
      return false;
    }
    if ((slot & Node.PLACE) == 0) { // its stripe may be empty now
      try {
        Collector.ONE.lookAgain();
      } catch (StackOverflowError noRoom) {
        // the next one tells; the action matters more
      }
    }
    if ((slot & Node.AT_EXIT) != 0) {
      ExitActions.forget(node);
    }
    SchedulePoints.reach("cleanup.claimed");
    return true;
  }

  /** Marks a node that is in for the exit, or takes the mark away; returns whether it is in. */
  boolean mark(Node<?> node, boolean marked) {
    int at = node.getAcquireSlot();
    return at != Node.OUT && stripes[Node.stripe(at)].mark(node, marked);
  }

  /** Whether nothing waits here; whoever registers from now on says so to the collector. */
  boolean unwatch() {
    watched = false;
    for (Stripe stripe : stripes) {
      if (stripe.size() > 0) {
        watched = true;
        return false;
      }
    }
    return true;
  }

  @Override
  public long size() {
    long size = 0;
    for (Stripe stripe : stripes) {
      size += stripe.size();
    }
    return size;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    for (Stripe stripe : stripes) {
      stripe.close();
    }
    Failures failures = new Failures();
    for (Stripe stripe : stripes) {
      for (@Nullable Node<?> node = stripe.last(); node != null; node = stripe.last()) {
        try {
          node.clean();
        } catch (Throwable e) { // the others are to be cleaned none the less
          failures.add(e);
          if (node.isAlive()) { // no room on the stack to take it out: it would come for ever
            failures.throwFirst();
          }
        }
      }
    }
    Collector.ONE.dropIfIdle(this);
    failures.throwFirst();
  }

  @Override
  public boolean drain(long nanos) throws InterruptedException {
    return Collector.ONE.drain(this, nanos);
  }
}
