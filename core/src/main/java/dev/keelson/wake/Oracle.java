/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Watches for wake-ups that a transport does not deliver, where the property {@code
 * keelson.wake.oracle} gives a number of milliseconds: no sleep is longer than that, and one that
 * was not ended although a token was there is counted as missed. For soak tests; off by default.
 *
 * <p>A thread that was roused may be let run late, and looks then as if nothing had roused it. So
 * only a rouse in the first half of the box counts: the wake-ups missed in the second half are not
 * counted, and a thread must wait for half a box to be let run before a wrong one is.
 */
final class Oracle {

  /** Zero is off. */
  static final long BOX_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Math.max(0, Long.getLong("keelson.wake.oracle", 0)));

  /** Its word never has a token, so that a transport sleeps if nothing rouses it. */
  private static final WakeProtocol NOTHING_PENDING = new WakeProtocol(new ParkTransport());

  private Oracle() {}

  static boolean sleep(Transport in, long nanos, WakeProtocol protocol) throws IOException {
    return sleep(in, nanos, protocol, BOX_NANOS);
  }

  static boolean sleep(Transport in, long nanos, WakeProtocol protocol, long box)
      throws IOException {
    if (nanos <= box) {
      return in.sleep(nanos, protocol);
    }
    long began = System.nanoTime();
    if (lastsWholeBox(in, protocol, box)
        && protocol.isPending()
        && !protocol.isInFlight()
        && protocol.counts.rousedAt() - began < box / 2
        // The rouse may have come just after the sleep; then it is latched, and ends this one.
        && lastsWholeBox(in, NOTHING_PENDING, box)
        && !Thread.currentThread().isInterrupted()) {
      protocol.counts.missed();
    }
    return in.sleep(0, protocol);
  }

  private static boolean lastsWholeBox(Transport in, WakeProtocol protocol, long box)
      throws IOException {
    long began = System.nanoTime();
    return !in.sleep(box, protocol) && System.nanoTime() - began >= box;
  }
}
