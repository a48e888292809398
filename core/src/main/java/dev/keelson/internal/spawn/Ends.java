/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;

/** What every end of a pipe says and does. */
public final class Ends {

  /** Of a reader, before there was anything. */
  public static final String INTERRUPTED_READING =
      "interrupted while waiting for output of a process";

  private Ends() {}

  /** What the JDK says of a stream that was closed. */
  public static IOException streamClosed() {
    return new IOException("Stream closed");
  }

  /** Waits for the turn; an interrupt ends the wait, if it may, and stays set. */
  static void takeTurn(ReentrantLock turn, boolean interruptible, String interrupted)
      throws InterruptedIOException {
    if (!interruptible) {
      turn.lock();
      return;
    }
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(interrupted);
    }
  }
}
