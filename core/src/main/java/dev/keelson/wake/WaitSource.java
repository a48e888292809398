/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.annotation.Nullable;

/**
 * One of the things that a {@link WaitSet} waits for, until {@link #close}.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * @param <T> what it is a source of: the channel, the stage, or what the queue holds
 */
public abstract sealed class WaitSource<T> implements AutoCloseable {

  private final WaitSet set;
  private volatile boolean closed;

  private WaitSource(WaitSet set) {
    this.set = set;
  }

  /** Whether it was closed, or was a stage and has been reported. */
  public final boolean isClosed() {
    return closed;
  }

  /**
   * Takes it out of the set: no {@code await} that begins afterwards reports it. What it is a
   * source of is left as it is. Idempotent.
   */
  @Override
  public final void close() {
    closed = true;
    set.remove(this);
    removed();
  }

  void removed() {}

  final WaitSet set() {
    return set;
  }

  /** Whether there is something to report now; asked by the owner. */
  abstract boolean isReady();

  /** A channel; found ready as long as it is. */
  public static final class Channel<C extends java.nio.channels.SelectableChannel>
      extends WaitSource<C> {
    private final C channel;
    private final SelectionKey key;
    private volatile int ready;

    Channel(WaitSet set, C channel, Selector selector, int operations)
        throws java.nio.channels.ClosedChannelException {
      super(set);
      this.channel = channel;
      key = channel.register(selector, operations, this);
    }

    /** The channel. */
    public C channel() {
      return channel;
    }

    /** For which operations it was found ready by the last wait; bits of {@link SelectionKey}. */
    public int readyOps() {
      return ready;
    }

    /**
     * Waits for other operations from now on; zero for none.
     *
     * @throws IllegalArgumentException if the channel does not have them
     * @throws CancelledKeyException if the source or the channel is closed
     */
    public void interestOps(int operations) {
      key.interestOps(operations);
      set().rouse();
    }

    /** False if it was taken out meanwhile. */
    boolean found(SelectionKey selected) {
      try {
        ready = selected.readyOps();
        return true;
      } catch (CancelledKeyException e) {
        return false;
      }
    }

    @Override
    boolean isReady() {
      return false; // the selector says
    }

    @Override
    void removed() {
      key.cancel();
      set().rouse(); // the next select lets go of it
    }
  }

  /** A stage: reported once, when it has completed, and then out of the set. */
  public static final class Stage<V> extends WaitSource<V> {
    private final java.util.concurrent.CompletionStage<V> stage;
    private volatile boolean completed;

    Stage(WaitSet set, java.util.concurrent.CompletionStage<V> stage) {
      super(set);
      this.stage = stage;
    }

    /** The stage. */
    public java.util.concurrent.CompletionStage<V> stage() {
      return stage;
    }

    void complete() {
      completed = true;
      set().rouse(); // state first
    }

    @Override
    boolean isReady() {
      return completed;
    }
  }

  /** A queue without a bound; found ready as long as it is not empty. */
  public static final class Inbox<E> extends WaitSource<E> {

    /** One offer of an element, equal to no other, be it of an equal element or the same. */
    private static final class Offer<E> {
      final E element;

      Offer(E element) {
        this.element = element;
      }
    }

    private final Queue<Offer<E>> queue = new ConcurrentLinkedQueue<>();

    Inbox(WaitSet set) {
      super(set);
    }

    /**
     * Adds an element and lets the set know; for any thread.
     *
     * @return false if the source is closed and nothing was added
     */
    public boolean offer(E element) {
      if (isClosed()) {
        return false;
      }
      Offer<E> offer = new Offer<>(requireNonNull(element, "element"));
      queue.add(offer);
      if (isClosed() && queue.remove(offer)) { // the race with close, after which nobody looks
        return false;
      }
      set().rouse(); // state first
      return true;
    }

    /** Takes the oldest element, or null if there is none. */
    public @Nullable E poll() {
      Offer<E> oldest = queue.poll();
      return oldest == null ? null : oldest.element;
    }

    @Override
    boolean isReady() {
      return !queue.isEmpty();
    }
  }
}
