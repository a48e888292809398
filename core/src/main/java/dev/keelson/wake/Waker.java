/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.threads.Durations;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.annotation.CheckReturnValue;

/**
 * Wakes one thread that waits, and cannot be missed: a wake-up that comes between the owner's last
 * look at its work and its going to sleep keeps it from sleeping.
 *
 * <p>A wake-up is a token with up to 32 reason bits. Any number of wakes before the owner next
 * returns become one token with all their reasons; data belongs in a queue beside it. What holds is
 * <em>at least one return after the last wake</em>, never one return a wake.
 *
 * <pre>{@code
 * while (true) {
 *   Wakeup wakeup = waker.await();          // others: queue.add(task); waker.wake();
 *   for (Task task; (task = queue.poll()) != null; ) {
 *     task.run();
 *   }
 *   if (wakeup.isClosed()) {
 *     return;
 *   }
 * }
 * }</pre>
 *
 * <p>Where the owner waits:
 *
 * <ul>
 *   <li>{@link #create}: parked. No descriptor; a virtual thread leaves its carrier.
 *   <li>{@link #on}: in a selector's {@code select}, so that the selector's channels end the wait
 *       too.
 *   <li>{@link #onDescriptor}: in the kernel, on a descriptor of the waker's own.
 *   <li>{@link #register}: in a loop of somebody else's, which finds a key ready and then calls
 *       {@link #tryTake}.
 * </ul>
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads; at most one waits at a time, and a
 * second one is refused. {@link #wake} neither blocks nor allocates, and is meant for any thread,
 * also an interrupted one and one that is about to be stopped.
 *
 * <p>Memory consistency effects: actions in a thread before {@code wake}, plain stores included,
 * <i>happen-before</i> actions of the owner after the {@code await} or {@code tryTake} that reports
 * that wake-up, whichever {@link WakeResult} but {@link WakeResult#CLOSED} it had.
 *
 * <p><b>Resources.</b> {@link #onDescriptor} opens one descriptor and {@link #register} two. They
 * are closed when the waker is closed and the last thread that might use them is out, so nothing is
 * ever written to a descriptor that was closed or taken by somebody else.
 *
 * <p><b>Limitations.</b> A selector counts milliseconds, so waits on one are rounded up to the
 * next. A combination of several reasons above bit 7 may cost an allocation of 16 bytes when it
 * first appears.
 */
public final class Waker implements AutoCloseable {

  /*
   * States
   * ------
   * One word decides (WakeWord, where each bit is told): idle; TOKEN, a wake-up is pending; OWNED, a thread is in await; ARMED, it
   * sleeps or is about to; KEYED, a foreign loop does, for good; BROKEN, a rouse failed; CLOSED; RELEASED. The wakers' half of the
   * protocol is Rousing, the owner's half WakeProtocol; a Transport ends sleeps and decides nothing.
   *
   * Transitions
   * -----------
   *   wake    CLOSED             ->  no change                             CLOSED
   *           TOKEN set          ->  more REASONS                          COALESCED
   *           not ARMED          ->  TOKEN, REASONS                        ELIDED
   *           ARMED              ->  TOKEN, REASONS, IN_FLIGHT + 1; rouse; IN_FLIGHT - 1   DELIVERED
   *   await   TOKEN              ->  TOKEN and REASONS taken, and no wait
   *           not OWNED          ->  OWNED, then ARMED; look; [canBlock;] sleep until TOKEN, CLOSED, time or interrupt
   *           OWNED by it        ->  neither, and TOKEN and REASONS taken, unless an exception ends the wait: then they are kept
   *   take    not OWNED          ->  TOKEN and REASONS taken
   *           KEYED              ->  IN_FLIGHT + 1; drain; TOKEN and REASONS taken; IN_FLIGHT - 1
   *   close   not CLOSED         ->  CLOSED, TOKEN, and a rouse as in wake
   *   nudge   ARMED, not CLOSED  ->  IN_FLIGHT + 1; rouse; IN_FLIGHT - 1      (an interrupt, where the transport does not feel it)
   *   anyone  CLOSED, not OWNED or KEYED, IN_FLIGHT = 0, not RELEASED  ->  RELEASED; release
   *   register  not OWNED, not CLOSED  ->  OWNED, then ARMED and KEYED, and both for good
   *
   * Why no wake-up is lost
   * ----------------------
   * Arming and waking are read-modify-writes of one word, so they have an order. Wake first: the owner sees TOKEN when it arms, and
   * does not sleep. Arm first: the waker sees ARMED, and the one that turns TOKEN on rouses. There is one such waker an arm, hence
   * at most one write an arm. The rouse comes after the token (else the owner could wake, find nothing, eat the rouse and sleep
   * on), and a transport that has to be drained is drained before the token is taken (else the drain could eat the rouse of a token
   * set in between). A rouse that comes too late meets an owner that has left, or makes a later sleep end for nothing, once: the
   * owner goes back to sleep unless it finds TOKEN.
   *
   * A wait that runs out of time takes the token in the same step with which it disarms: the token wins, and there is no instant at
   * which a waker was told DELIVERED and the owner TIMEOUT.
   *
   * Why the owner sees what the waker did
   * -------------------------------------
   * Every wake that is not refused either writes the word by compare-and-set, also when that changes nothing, or passes a full
   * fence before it reads that its token and reasons are set. The owner takes tokens by a read-modify-write and looks at its work
   * afterwards. So a wake that found TOKEN set stands before the take of that very token, and what was stored before it, by a plain
   * store even, is seen after the take.
   *
   * Why close is safe at any time
   * -----------------------------
   * Whoever may touch the transport is either the armed owner or counted. RELEASED is set by the first who sees, after its own step,
   * that the word is closed and neither is left; being a bit it is set once, and an owner that arms afterwards sees CLOSED and
   * touches nothing.
   */

  private final Transport home;
  private final WakeProtocol protocol;

  Waker(Transport home) {
    this.home = home;
    protocol = new WakeProtocol(home);
  }

  /** A waker whose owner waits parked. Holds no descriptor. */
  @CheckReturnValue
  public static Waker create() {
    return new Waker(new ParkTransport());
  }

  /**
   * A waker whose owner waits in {@code poll} on a descriptor of its own, an {@code eventfd}. Holds
   * that descriptor until it is closed. A virtual thread parks instead, and keeps no carrier.
   *
   * @throws UnsupportedOperationException if this is not Linux, the JDK is older than 22, or native
   *     access is not enabled; it says which
   * @throws IOException if no descriptors are left
   */
  @CheckReturnValue
  public static Waker onDescriptor() throws IOException {
    return onDescriptor(Kernels.real());
  }

  static Waker onDescriptor(Kernel kernel) throws IOException {
    EventfdTransport transport = EventfdTransport.open(kernel);
    boolean done = false;
    try {
      Waker waker = new Waker(transport);
      transport.attach(waker.protocol);
      done = true;
      return waker;
    } finally {
      if (!done) {
        transport.release();
      }
    }
  }

  /**
   * A waker whose owner waits in this selector. An {@code await} that finds no wake-up pending is a
   * {@code select}, whose channels are found in {@link Selector#selectedKeys} afterwards, for the
   * owner to handle and to remove as usual. One that is signalled may not have looked at the
   * channels: call {@link Selector#selectNow} after it, or use a {@link WaitSet}, which does so
   * itself. Neither {@link Selector#wakeup} nor {@link Selector#selectNow}, called by anybody, does
   * a wake-up any harm.
   *
   * <p>The selector stays the caller's, who closes it after the waker. If it is closed before, an
   * await throws {@link ClosedSelectorException}.
   *
   * @throws IllegalArgumentException if the selector is closed
   */
  @CheckReturnValue
  public static Waker on(Selector selector) {
    requireNonNull(selector, "selector");
    if (!selector.isOpen()) {
      throw new IllegalArgumentException("the selector is closed; give an open one");
    }
    return new Waker(new SelectorTransport(selector));
  }

  /**
   * Becomes a key in a selector that somebody else's loop selects on: it is ready for reading while
   * a wake-up is pending. The loop then calls {@link #tryTake}, on one thread, which also makes the
   * key quiet again; the key's attachment is the loop's to set. From now on nobody can {@code
   * await}.
   *
   * <p>Closing the waker cancels the key and wakes the selector once.
   *
   * @throws IOException if no descriptors are left; the waker is as it was
   * @throws IllegalStateException if it is closed, is being waited on, or is a key already
   * @throws ClosedSelectorException if the selector is closed
   */
  public SelectionKey register(Selector selector) throws IOException {
    requireNonNull(selector, "selector");
    KeyTransport transport = KeyTransport.open(selector);
    boolean done = false;
    try {
      done = protocol.becomeKeyed(transport);
    } finally {
      if (!done) {
        transport.release();
      }
    }
    if (!done) {
      throw new IllegalStateException(
          this + " cannot become a key; register an open one that nobody waits on, and once");
    }
    return transport.key();
  }

  /**
   * Wakes the owner, for no stated reason.
   *
   * @throws java.io.UncheckedIOException if the system refuses to rouse an owner that sleeps
   * @throws IllegalStateException if it refused before
   */
  public WakeResult wake() {
    SchedulePoints.reach("wake.waking");
    return protocol.wake(0);
  }

  /**
   * Wakes the owner; the bits are or'ed to what it is told.
   *
   * @throws java.io.UncheckedIOException if the system refuses to rouse an owner that sleeps
   * @throws IllegalStateException if it refused before
   */
  public WakeResult wake(int reasonBits) {
    SchedulePoints.reach("wake.waking");
    return protocol.wake(reasonBits);
  }

  /**
   * Waits until woken, or until a channel of the selector is ready. On a closed waker it returns at
   * once, always.
   *
   * @throws InterruptedException if the thread is or gets interrupted; a pending wake-up is kept
   *     for the next wait
   * @throws IllegalStateException if another thread waits, or the waker is a key in a selector
   * @throws ClosedSelectorException if it waits in a selector that is or gets closed
   * @throws java.io.UncheckedIOException if the selector fails; a pending wake-up is kept
   */
  public Wakeup await() throws InterruptedException {
    return protocol.await(home, Durations.NEVER, null, true, false);
  }

  /**
   * Waits for at most that long; zero only looks. A wake-up that comes with the end of the time is
   * reported, not the end of the time. Throws what {@link #await()} throws.
   *
   * @throws IllegalArgumentException if the time is negative
   */
  public Wakeup await(Duration time) throws InterruptedException {
    return protocol.await(home, Durations.nanos("time", time), null, true, false);
  }

  /**
   * Waits for at most that long, if there is nothing to do: once a wake-up cannot be missed any
   * more, and before it sleeps, it asks {@code canBlock}, which looks at what the waker does not
   * know of, a queue for example. If that says no, the wait is over with {@link Wakeup.Kind#READY}.
   * Whoever changes what {@code canBlock} looks at calls {@link #wake} afterwards; then no change
   * is slept through. Throws what {@link #await()} throws, and what {@code canBlock} throws, with a
   * pending wake-up kept.
   *
   * @param canBlock asked at most once, and not if a wake-up is pending; called without a lock held
   * @throws IllegalArgumentException if the time is negative
   */
  public Wakeup await(Duration time, BooleanSupplier canBlock) throws InterruptedException {
    requireNonNull(canBlock, "canBlock");
    return protocol.await(home, Durations.nanos("time", time), canBlock, true, false);
  }

  /**
   * Waits as {@link #await()} does, through interrupts, which are kept for later: the status is set
   * when this returns.
   */
  public Wakeup awaitUninterruptibly() {
    try {
      return protocol.await(home, Durations.NEVER, null, false, false);
    } catch (InterruptedException e) {
      throw new AssertionError("not asked to be interruptible", e);
    }
  }

  /**
   * Takes the pending wake-up, if there is one, and never waits: {@link Wakeup.Kind#SIGNALLED},
   * {@link Wakeup.Kind#CLOSED}, or {@link Wakeup.Kind#TIMEOUT} if there is nothing. The interrupt
   * status does not matter.
   *
   * @throws IllegalStateException if another thread waits
   * @throws java.io.UncheckedIOException if the descriptor of a key fails
   */
  public Wakeup tryTake() {
    SchedulePoints.reach("wake.taking");
    return protocol.take();
  }

  /** Whether a wake-up is pending, or the waker is closed: the next wait would not block. */
  public boolean isPending() {
    return protocol.isPending();
  }

  /** Whether it is closed. */
  public boolean isClosed() {
    return protocol.isClosed();
  }

  /** What it has done so far; see there for how exact that is. */
  public WakeStats stats() {
    return protocol.stats();
  }

  /**
   * Wakes the owner for the last time: this and every later wait returns {@link
   * Wakeup.Kind#CLOSED}, the first with the reasons given before. Safe at any time and on any
   * thread; returns without waiting for anybody. Idempotent.
   */
  @Override
  public void close() {
    if (protocol.close()) {
      Flight.closed(protocol.stats());
    }
  }

  /** How the rest of this package waits on it. */
  WakeProtocol protocol() {
    return protocol;
  }

  @Override
  public String toString() {
    return protocol.toString();
  }
}
