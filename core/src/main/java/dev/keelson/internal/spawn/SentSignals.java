/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Which signals we have sent to a child of the JDK's. The JDK says 128 + n both for signal n and
 * for an exit with that code; a signal is reported only where we sent that one, and so know better
 * than to guess. Safe for use by multiple threads.
 */
public final class SentSignals {

  private static final int SIGNAL_BASE = 128;
  private static final int LAST_SIGNAL = 64;

  /** A bit for each signal, set before it was sent. */
  private final AtomicLong sent = new AtomicLong();

  /** Remembers a signal that is about to be sent. */
  public void note(int signal) {
    sent.getAndUpdate(bits -> bits | bit(signal));
  }

  /** What an exit code of the JDK's means. */
  public ExitReport report(int code) {
    int signal = code - SIGNAL_BASE;
    boolean ours = signal > 0 && signal <= LAST_SIGNAL && (sent.get() & bit(signal)) != 0;
    return ours ? ExitReport.signaled(signal) : ExitReport.exited(code);
  }

  private static long bit(int signal) {
    return 1L << (signal - 1);
  }
}
