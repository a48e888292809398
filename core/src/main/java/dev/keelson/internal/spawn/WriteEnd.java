/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;

/**
 * Our end of a pipe that a child reads from.
 *
 * <p>Safe for use by multiple threads: one writes at a time; {@link #close} may be called at any
 * time and wakes a writer that waits.
 */
public interface WriteEnd extends AutoCloseable {

  /**
   * Writes as much as fits without waiting.
   *
   * @return how many bytes were taken, perhaps none
   * @throws IOException if nobody reads any more ("Broken pipe"), or the end is closed
   */
  int offer(byte[] source, int offset, int length) throws IOException;

  /**
   * Writes everything, waiting as long as that takes. An interrupt ends the wait; the pipe stays
   * open.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted while the pipe is full;
   *     {@code bytesTransferred} says how much was written, and the interrupt status stays set
   * @throws IOException if nobody reads any more ("Broken pipe"), or the end is closed ("Stream
   *     closed")
   */
  void write(byte[] source, int offset, int length) throws IOException;

  /** Like {@link #write}, except that an interrupt is kept for later. */
  void writeUninterruptibly(byte[] source, int offset, int length) throws IOException;

  /** Lets the child see the end of its input. Idempotent. */
  @Override
  void close();
}
