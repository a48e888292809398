/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.InterruptedIOException;

/**
 * An operation of {@link InterruptibleIo} was given up before it was done. The channel is open, the
 * buffer's position tells exactly what was transferred, and a wake-up that was the cause is still
 * pending.
 */
public final class IoCancelledException extends InterruptedIOException {

  private static final long serialVersionUID = 1L;

  /** What ended it. */
  public enum Reason {
    /** The waker was woken, and stays so until somebody takes the wake-up. */
    WOKEN,
    /** The time was over. */
    TIMEOUT,
    /** The waker is closed. */
    CLOSED
  }

  /** What ended it. */
  private final Reason reason;

  /** Such as "the read". */
  private final String operation;

  IoCancelledException(Reason reason, String operation) {
    this.reason = reason;
    this.operation = operation;
  }

  static IoCancelledException of(Wakeup wakeup, String operation) {
    return new IoCancelledException(
        switch (wakeup.kind()) {
          case CLOSED -> Reason.CLOSED;
          case TIMEOUT -> Reason.TIMEOUT;
          default -> Reason.WOKEN;
        },
        operation);
  }

  @Override
  public String getMessage() {
    return operation
        + switch (reason) {
          case WOKEN -> " was cancelled by a wake-up, which is still pending";
          case TIMEOUT -> " was not done in time";
          case CLOSED -> " was cancelled: the waker is closed";
        };
  }

  /** What ended it. */
  public Reason reason() {
    return reason;
  }
}
