/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.keelson.internal.threads.Daemons;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where a call leaves its error number: a few segments that are taken and given back, since one for
 * each thread would be one for each of a million virtual threads. What finds no place when it is
 * given back is left to the collector.
 */
final class Captures {

  private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
  private static final long ERRNO = LAYOUT.byteOffset(PathElement.groupElement("errno"));
  private static final int PLACES = 64;

  /** Behind the error number, a little memory for what a call is told or answers by a pointer. */
  private static final long SCRATCH = 64;

  private static final long POLL_EVENTS = 4;
  private static final long POLL_FOUND = 6;
  private static final long POLL_TIME = 8;

  private static final long SIZE = 128;
  private static final long ALIGNMENT = 64;

  private static final AtomicReferenceArray<MemorySegment> IDLE =
      new AtomicReferenceArray<>(PLACES);

  private Captures() {}

  static MemorySegment take() {
    MemorySegment idle = IDLE.getAndSet(place(), null);
    return idle != null ? idle : another();
  }

  /** A new one; without memory somebody else's: a descriptor must be closed even then. */
  private static MemorySegment another() {
    while (true) {
      try {
        return Arena.ofAuto().allocate(SIZE, ALIGNMENT);
      } catch (OutOfMemoryError e) {
        for (int i = 0; i < PLACES; i++) {
          MemorySegment idle = IDLE.getAndSet(i, null);
          if (idle != null) {
            return idle;
          }
        }
        Daemons.awaitMemory();
      }
    }
  }

  /** The address of its little memory. */
  static long scratch(MemorySegment capture) {
    return capture.address() + SCRATCH;
  }

  static int scratchInt(MemorySegment capture) {
    return capture.get(JAVA_INT, SCRATCH);
  }

  static void scratchEvent(MemorySegment capture, int events, long token) {
    capture.set(JAVA_INT, SCRATCH, events);
    capture.set(JAVA_LONG_UNALIGNED, SCRATCH + Layout.EPOLL_DATA, token);
  }

  /** A {@code pollfd}, and a {@code timespec} behind it; the address of that. */
  static long scratchPoll(MemorySegment capture, int fd, int events, long seconds, long nanos) {
    capture.set(JAVA_INT, SCRATCH, fd);
    capture.set(JAVA_INT, SCRATCH + POLL_EVENTS, events); // and none found
    capture.set(JAVA_LONG_UNALIGNED, SCRATCH + POLL_TIME, seconds);
    capture.set(JAVA_LONG_UNALIGNED, SCRATCH + POLL_TIME + 8, nanos);
    return capture.address() + SCRATCH + POLL_TIME;
  }

  static int scratchPolled(MemorySegment capture) {
    return capture.get(JAVA_SHORT, SCRATCH + POLL_FOUND);
  }

  private static int place() {
    return (int) Thread.currentThread().threadId() & (PLACES - 1);
  }

  /** Gives it back; the answer of the call, or the error number with its sign changed. */
  static int answer(MemorySegment capture, long answer) {
    long said = answer == -1 ? -capture.get(JAVA_INT, ERRNO) : answer;
    giveBack(capture);
    return (int) said;
  }

  /** Gives it back unused. */
  static void giveBack(MemorySegment capture) {
    IDLE.setRelease(place(), capture);
  }
}
