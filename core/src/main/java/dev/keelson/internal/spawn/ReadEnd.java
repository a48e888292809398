/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;

/**
 * Our end of a pipe that a child writes to. It is read either by {@link #read} or, after {@link
 * #drainTo}, by the engine.
 *
 * <p>Safe for use by multiple threads: one reads at a time, the others wait for their turn; {@link
 * #finish} and {@link #close} may be called at any time and wake a reader that waits.
 *
 * <p>Resources. Holds its descriptors until {@link #close}, or until the end of file was seen by
 * {@link #drainTo}'s engine.
 */
public interface ReadEnd extends AutoCloseable {

  /**
   * Reads some bytes, waiting for the first. An interrupt ends the wait and leaves the pipe open
   * and nothing lost.
   *
   * @return how many; -1 at end of file
   * @throws java.io.InterruptedIOException if the thread is interrupted while there is nothing to
   *     read; its interrupt status stays set
   * @throws IOException if the end is closed ("Stream closed"), or the system refuses
   */
  int read(byte[] target, int offset, int length) throws IOException;

  /** Like {@link #read}, except that an interrupt is kept for later. */
  int readUninterruptibly(byte[] target, int offset, int length) throws IOException;

  /** How many bytes are there to be read at once. */
  int available() throws IOException;

  /** Hands the reading over to the engine, once and for all. */
  void drainTo(ChunkSink sink);

  /**
   * From now on nobody waits: what the pipe holds at this moment can be read, and then the end of
   * file is reached.
   */
  void finish();

  /** Whether the end of file was reached because the last writer is gone. */
  boolean sawEndOfFile();

  /** Gives up what was not read. Wakes a reader, who gets "Stream closed". Idempotent. */
  @Override
  void close();
}
