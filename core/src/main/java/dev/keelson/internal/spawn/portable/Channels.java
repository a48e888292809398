/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import javax.annotation.Nullable;

/** Small things every holder of a channel needs. */
final class Channels {

  private Channels() {}

  /** A selector of the channel's own. */
  static Selector register(SelectableChannel channel, int operation) throws IOException {
    Selector selector = Selector.open();
    try {
      channel.register(selector, operation);
      return selector;
    } catch (IOException | RuntimeException | Error e) {
      closeQuietly(selector);
      throw e;
    }
  }

  /** Waits until the channel is ready, {@link #wake} is called, or there is an interrupt. */
  static void select(Selector selector) throws IOException {
    selector.select();
    selector.selectedKeys().clear();
  }

  static void wake(@Nullable Selector selector) {
    if (selector != null) {
      selector.wakeup();
    }
  }

  /**
   * Closes something of which nothing is lost if that fails: a pipe's end has no data of ours left
   * to write.
   */
  static void closeQuietly(@Nullable Closeable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (IOException ignored) {
        // close(2) on Linux releases the descriptor whatever it returns.
      }
    }
  }
}
