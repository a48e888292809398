/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import javax.annotation.Nullable;

/** A channel that is in non-blocking mode and in a selector for as long as we use it. */
final class Adoption {

  /**
   * The channels that were blocking before the first of their adoptions; the last one to end, which
   * may be another, makes them so again. Changed with the channel's blockingLock held.
   */
  private static final Set<SelectableChannel> CAME_BLOCKING =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final SelectableChannel channel;
  private final SelectionKey key;

  /** Where to, if a connection was begun here. */
  @Nullable SocketAddress connecting;

  private Adoption(SelectableChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
  }

  /** Registers a channel that is non-blocking; called with its blockingLock held. */
  static Adoption register(SelectableChannel channel, Selector selector, boolean wasBlocking)
      throws ClosedChannelException {
    if (wasBlocking) {
      CAME_BLOCKING.add(channel);
    } else if (!channel.isRegistered()) {
      CAME_BLOCKING.remove(channel); // it is the program's own wish by now
    }
    return new Adoption(channel, channel.register(selector, 0));
  }

  boolean isValid() {
    return key.isValid();
  }

  /** Before a connection that is under way is waited for. */
  void requireRemote(SocketAddress remote) {
    if (connecting != null && !connecting.equals(remote)) {
      throw new IllegalStateException(
          "the channel is connecting to "
              + connecting
              + " and not to "
              + remote
              + ": finish that, or close the channel");
    }
  }

  /** The one operation to wait for now; false if somebody has closed the channel meanwhile. */
  boolean interest(int operations) {
    try {
      if (key.interestOps() != operations) {
        key.interestOps(operations);
      }
      return true;
    } catch (CancelledKeyException e) {
      return false;
    }
  }

  /** Gives it back in the mode in which it came, unless somebody else has it in a selector. */
  void end(Selector selector) throws IOException {
    key.cancel();
    selector.selectNow(); // until then it is registered, and its mode cannot change
    synchronized (channel.blockingLock()) { // see Takeover
      if (!channel.isRegistered() && CAME_BLOCKING.remove(channel)) {
        try {
          channel.configureBlocking(true);
        } catch (ClosedChannelException e) {
          // It has no mode any more.
        }
      }
    }
  }
}
