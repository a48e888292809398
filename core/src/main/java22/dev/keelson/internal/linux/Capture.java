/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import dev.keelson.internal.threads.Daemons;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where a call leaves its error number, with a little memory behind it for what a call is told or
 * answers by a pointer. A few are taken and given back, since one for each thread would be one for
 * each of a million virtual threads. What finds no place when it is given back is left to the
 * collector.
 */
final class Capture {

  private static final int PLACES = 64;

  /** The only field of the JDK's structure on Linux. */
  private static final int ERRNO = 0;

  private static final int SCRATCH = 64;
  private static final long SIZE = 128;
  private static final long ALIGNMENT = 64;

  private static final AtomicReferenceArray<Capture> IDLE = new AtomicReferenceArray<>(PLACES);

  final MemorySegment segment;

  /** The little memory. */
  final ByteBuffer scratch;

  /** Its address. */
  final long scratchAddress;

  /** All of it; what is read by a var handle would be more to load, and take memory at first. */
  private final ByteBuffer bytes;

  private Capture() {
    segment = Arena.ofAuto().allocate(SIZE, ALIGNMENT);
    bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());
    scratch = segment.asSlice(SCRATCH).asByteBuffer().order(ByteOrder.nativeOrder());
    scratchAddress = segment.address() + SCRATCH;
  }

  static Capture take() {
    Capture idle = IDLE.getAndSet(place(), null);
    return idle != null ? idle : another();
  }

  /** A new one; without memory somebody else's: a descriptor must be closed even then. */
  private static Capture another() {
    while (true) {
      try {
        return new Capture();
      } catch (OutOfMemoryError e) {
        for (int i = 0; i < PLACES; i++) {
          Capture idle = IDLE.getAndSet(i, null);
          if (idle != null) {
            return idle;
          }
        }
        Daemons.awaitMemory();
      }
    }
  }

  private static int place() {
    return (int) Thread.currentThread().threadId() & (PLACES - 1);
  }

  /** What a function's answer means: an int, or the error number with its sign changed. */
  int answer(long said) {
    int answer = (int) said;
    return answer == -1 ? -bytes.getInt(ERRNO) : answer;
  }

  void giveBack() {
    IDLE.setRelease(place(), this);
  }
}
