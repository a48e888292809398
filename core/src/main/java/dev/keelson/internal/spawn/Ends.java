/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;
import java.io.InterruptedIOException;

/** What every end of a pipe says. */
public final class Ends {

  private Ends() {}

  /** What the JDK says of a stream that was closed. */
  public static IOException streamClosed() {
    return new IOException("Stream closed");
  }

  /** A reader was interrupted before there was anything. */
  public static InterruptedIOException interruptedReading() {
    return new InterruptedIOException("interrupted while waiting for output of a process");
  }
}
