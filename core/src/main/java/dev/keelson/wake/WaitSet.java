/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.CheckReturnValue;

/**
 * One wait for many things: channels, the completion of stages (a child's exit is one), queues, a
 * {@link Waker} with whatever wakes it, signals among them, and the end of a time.
 *
 * <pre>{@code
 * try (WaitSet set = WaitSet.create()) {
 *   var server = set.add(serverChannel, SelectionKey.OP_ACCEPT);
 *   var exit = set.add(child.onExit());
 *   SignalRouter.on("TERM").to(set.waker(), SHUTDOWN);
 *   while (true) {
 *     Ready ready = set.await(Duration.ofSeconds(30));
 *     if (ready.has(server)) { ... }
 *     if (ready.wakeup().has(SHUTDOWN)) { return; }
 *   }
 * }
 * }</pre>
 *
 * <p>Every wait reports all that is ready, so no source can keep another from being seen, and
 * begins with another one each time. What stays ready is reported again: a channel until it is
 * read, a queue until it is empty; a stage is reported once.
 *
 * <p><b>Thread safety.</b> One thread waits at a time; everything else, adding and closing sources
 * among it, is for any thread and at any time, also while one waits.
 *
 * <p>Memory consistency effects: what a thread did before it offered an element, completed a stage
 * or woke the waker <i>happens-before</i> the wait that reports it returns.
 *
 * <p><b>Resources.</b> Holds no descriptor until the first channel is added, then those of a
 * selector, until it is closed. Channels, stages and their failures stay the caller's.
 *
 * <p><b>Limitations.</b> Without channels a virtual thread leaves its carrier while it waits; with
 * channels it does so from JDK 24 on. Channels must be in non-blocking mode.
 */
public final class WaitSet implements AutoCloseable {

  private final Set<WaitSource<?>> sources = ConcurrentHashMap.newKeySet();
  private final SetTransport transport = new SetTransport(this::anyReady);
  private final Waker waker = new Waker(transport);
  private final AtomicLong turns = new AtomicLong();

  private WaitSet() {}

  /** A set that waits for its waker only. */
  @CheckReturnValue
  public static WaitSet create() {
    return new WaitSet();
  }

  /**
   * What ends a wait from outside. It is the set's: wait by the set's {@code await}; closing it
   * closes the set.
   */
  public Waker waker() {
    return waker;
  }

  /**
   * Waits for a channel to be ready for these operations from now on.
   *
   * @param operations bits of {@link SelectionKey}
   * @throws java.nio.channels.IllegalBlockingModeException if it is in blocking mode
   * @throws IllegalArgumentException if it does not have these operations, or is in this set
   *     already
   * @throws IllegalStateException if the set is closed
   * @throws ClosedChannelException if the channel is closed
   * @throws IOException if no descriptors are left for the selector
   */
  public <C extends SelectableChannel> WaitSource.Channel<C> add(C channel, int operations)
      throws IOException {
    requireNonNull(channel, "channel");
    checkOpen();
    Selector selector = transport.selector();
    SelectionKey there = channel.keyFor(selector);
    if (there != null && there.isValid()) {
      throw new IllegalArgumentException(
          channel + " is in this set already; use the interestOps of its source");
    }
    if (there != null) {
      throw new IllegalStateException(
          channel + " has just been taken out; the next wait lets go of it, add it after that");
    }
    return added(new WaitSource.Channel<>(this, channel, selector, operations));
  }

  /** Waits for a stage to complete, normally or not. */
  public <V> WaitSource.Stage<V> add(CompletionStage<V> stage) {
    requireNonNull(stage, "stage");
    checkOpen();
    WaitSource.Stage<V> source = added(new WaitSource.Stage<>(this, stage));
    boolean done = false;
    try {
      // Weakly: a stage keeps what it is to call until it completes, long after the set perhaps.
      WeakReference<WaitSource.Stage<V>> weak = new WeakReference<>(source);
      stage.whenComplete(
          (value, failure) -> {
            WaitSource.Stage<V> there = weak.get();
            if (there != null) {
              there.complete();
            }
          });
      done = true;
      return source;
    } finally {
      if (!done) {
        source.close(); // nobody else has it
      }
    }
  }

  /** A new queue, whose elements the set waits for. */
  public <E> WaitSource.Inbox<E> inbox() {
    checkOpen();
    return added(new WaitSource.Inbox<>(this));
  }

  private <S extends WaitSource<?>> S added(S source) {
    boolean done = false;
    try {
      sources.add(source);
      rouse(); // what was ready before it was added
      done = true;
      return source;
    } finally {
      if (!done) {
        source.close(); // nobody else has it, and a channel's is registered
      }
    }
  }

  /**
   * Waits until a source is ready or the waker is woken. On a closed set it returns at once.
   *
   * @throws InterruptedException if the thread is or gets interrupted; nothing is lost
   * @throws IllegalStateException if another thread waits
   * @throws java.io.UncheckedIOException if the selector fails
   */
  public Ready await() throws InterruptedException {
    return collect(waker.await());
  }

  /**
   * Waits for at most that long; zero only looks. Throws what {@link #await()} throws.
   *
   * @throws IllegalArgumentException if the time is negative
   */
  public Ready await(Duration time) throws InterruptedException {
    return collect(waker.await(time));
  }

  private Ready collect(Wakeup wakeup) {
    List<WaitSource<?>> ready = new ArrayList<>();
    if (!wakeup.isClosed()) {
      collectChannels(wakeup, ready);
      for (WaitSource<?> source : sources) {
        if (source.isReady() && !source.isClosed()) {
          ready.add(source);
          if (source instanceof WaitSource.Stage) {
            source.close();
          }
        }
      }
      if (!ready.isEmpty()) {
        Collections.rotate(ready, (int) (turns.getAndIncrement() % ready.size()));
      }
    }
    boolean only = wakeup.kind() == Wakeup.Kind.TIMEOUT && !ready.isEmpty();
    return new Ready(only ? Wakeup.ready() : wakeup, ready);
  }

  private void collectChannels(Wakeup wakeup, List<WaitSource<?>> ready) {
    Selector selector = transport.opened();
    if (selector == null || !selector.isOpen()) {
      return;
    }
    synchronized (selector) { // under which its close, on any thread, empties the set of keys
      try {
        if (wakeup.isSignalled()) {
          selector.selectNow(); // a wake-up that was pending has skipped the look at the channels
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.attachment() instanceof WaitSource.Channel<?> source && source.found(key)) {
            ready.add(source);
          }
        }
        selector.selectedKeys().clear();
      } catch (IOException e) {
        // the next wait looks again
      } catch (java.nio.channels.ClosedSelectorException closed) {
        // and the next wait says so
      }
    }
  }

  private boolean anyReady() {
    for (WaitSource<?> source : sources) {
      if (source.isReady()) {
        return true;
      }
    }
    return false;
  }

  void remove(WaitSource<?> source) {
    sources.remove(source);
  }

  /**
   * Makes the owner look at its sources, if it is not about to anyway: no wake-up, so nothing that
   * it reports. What it looks at is changed before; it arms before it looks; and the fence orders
   * the two here as arming does there, so one of them sees the other.
   */
  void rouse() {
    VarHandle.fullFence();
    if (waker.protocol().isArmed()) {
      transport.rouse();
    }
  }

  private void checkOpen() {
    if (waker.isClosed()) {
      throw new IllegalStateException("the set is closed; add to an open one");
    }
  }

  /**
   * Ends the wait and the set: every later wait returns {@link Wakeup.Kind#CLOSED} at once. Sources
   * are left as they are. Safe at any time. Idempotent.
   */
  @Override
  public void close() {
    waker.close();
  }

  @Override
  public String toString() {
    return "WaitSet[" + sources.size() + " sources, " + waker + "]";
  }
}
