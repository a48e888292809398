/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static dev.keelson.internal.linux.Calls.INT;
import static dev.keelson.internal.linux.Calls.LONG;
import static dev.keelson.internal.linux.Calls.failing;
import static dev.keelson.internal.linux.Calls.impossible;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code ppoll} of one descriptor. */
final class Polls {

  private static final MethodHandle PPOLL = failing("ppoll", INT, LONG, LONG, LONG, LONG);
  private static final long NO_END = 0;
  private static final long MASK_AS_IT_IS = 0;
  private static final long NANOS = 1_000_000_000;

  private Polls() {}

  static int poll(int fd, int events, long nanos) {
    MemorySegment capture = Captures.take();
    long polled = Captures.scratch(capture);
    long time = Captures.scratchPoll(capture, fd, events, nanos / NANOS, nanos % NANOS);
    long answer;
    try {
      answer =
          (int) PPOLL.invokeExact(capture, polled, 1L, nanos < 0 ? NO_END : time, MASK_AS_IT_IS);
    } catch (Throwable t) {
      throw impossible(t);
    }
    return Captures.answer(capture, answer > 0 ? Captures.scratchPolled(capture) : answer);
  }
}
