/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.io.Closeable;
import java.io.IOException;
import javax.annotation.Nullable;

/** Small things every holder of a channel needs. */
final class Channels {

  private Channels() {}

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

  /** What the JDK says of a stream that was closed. */
  static IOException streamClosed() {
    return new IOException("Stream closed");
  }
}
