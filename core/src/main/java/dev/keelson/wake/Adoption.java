/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A channel that is in non-blocking mode and in a selector for as long as we use it. */
final class Adoption {

  /** How long a change of mode may take: it waits for operations of other threads. */
  private static final long PATIENCE_MILLIS = 500;

  private final SelectableChannel channel;
  private final SelectionKey key;
  private final boolean wasBlocking;

  private Adoption(SelectableChannel channel, SelectionKey key, boolean wasBlocking) {
    this.channel = channel;
    this.key = key;
    this.wasBlocking = wasBlocking;
  }

  /**
   * Takes a channel over.
   *
   * @throws IllegalStateException if another thread is in an operation on it in blocking mode
   */
  static Adoption of(SelectableChannel channel, Selector selector)
      throws IOException, InterruptedException {
    boolean wasBlocking = channel.isBlocking();
    if (wasBlocking) {
      unblock(channel);
    }
    try {
      return new Adoption(channel, channel.register(selector, 0), wasBlocking);
    } catch (IOException | RuntimeException | Error e) {
      if (wasBlocking && channel.isOpen()) {
        channel.configureBlocking(true);
      }
      throw e;
    }
  }

  /**
   * The change of mode waits, deaf to interrupts, for whoever reads or writes. So another thread
   * makes it, and takes it back if it came too late.
   */
  private static void unblock(SelectableChannel channel) throws IOException, InterruptedException {
    AtomicBoolean decided = new AtomicBoolean();
    FutureTask<Void> change =
        new FutureTask<>(
            () -> {
              channel.configureBlocking(false);
              if (!decided.compareAndSet(false, true)) { // the race with giving up
                channel.configureBlocking(true);
              }
              return null;
            });
    Daemons.workers().execute(change);
    boolean inTime = false;
    try {
      change.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      inTime = true;
    } catch (ExecutionException e) {
      inTime = true;
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      // see below
    } finally {
      if (!inTime) {
        inTime = !decided.compareAndSet(false, true);
      }
    }
    if (!inTime) {
      throw new IllegalStateException(
          channel
              + " is in use by another thread in blocking mode; end that operation first, or use"
              + " the channel in non-blocking mode everywhere");
    }
  }

  boolean isValid() {
    return key.isValid();
  }

  /** The one operation to wait for now. */
  void interest(int operations) {
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  /** Gives it back in the mode in which it came. */
  void end(Selector selector) throws IOException {
    key.cancel();
    selector.selectNow(); // until then it is registered, and its mode cannot change
    if (wasBlocking && channel.isOpen() && !channel.isRegistered()) {
      channel.configureBlocking(true);
    }
  }
}
