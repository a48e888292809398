/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.threads.Durations;
import java.io.IOException;

/**
 * How an operation of {@link InterruptibleIo} waits: until it can go on, or an exception ends it.
 */
final class CancellableWait {

  private final WakeProtocol protocol;
  private boolean closed;

  CancellableWait(WakeProtocol protocol) {
    this.protocol = protocol;
  }

  /** Whether an operation may begin. */
  void check(String operation) throws IOException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("closed; make another by InterruptibleIo.with(waker)");
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Wakeup pending = protocol.pending();
    if (pending.kind() != Wakeup.Kind.TIMEOUT) {
      throw IoCancelledException.of(pending, operation);
    }
  }

  /** Waits until there is something in the transport; a wake-up is kept. */
  Wakeup await(Transport in, long nanos, long start) throws InterruptedException {
    return protocol.await(in, left(nanos, start), null, true, true);
  }

  /** Waits until it is done, which counts even if a wake-up came with its end. */
  void await(Delegated delegated, long nanos, long start, String operation)
      throws IOException, InterruptedException {
    Wakeup wakeup = protocol.await(delegated, left(nanos, start), null, true, true);
    if (!delegated.isDone()) {
      throw IoCancelledException.of(wakeup, operation);
    }
  }

  private static long left(long nanos, long start) {
    return nanos >= Durations.NEVER ? nanos : Math.max(0, nanos - (System.nanoTime() - start));
  }

  void close() {
    closed = true;
  }
}
