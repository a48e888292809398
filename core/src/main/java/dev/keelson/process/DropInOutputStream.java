/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.concurrent.GuardedBy;

/**
 * A child's input as a stream, with the buffer and the answers of the JDK's. Safe for use by
 * multiple threads.
 */
final class DropInOutputStream extends OutputStream {

  /*
   * Who closes the pipe
   * -------------------
   * `turn` is held for the whole of a write, a flush or the orderly part of a close, so that a
   * write that waits for the child is never cut in two. There are three ways to the end of the
   * pipe, and all of them may be taken at once:
   *
   *   close()          delivers what is buffered first: at once if nobody writes and it fits; otherwise a worker waits for the
   *                    turn and for the child, and close() waits for that worker, but not for ever
   *   processExited()  lets go of the pipe under whoever waits in it: nobody will read any more that this process started
   *   abandon()        the same, after offering what fits
   *
   * The last two do not wait for the turn. WriteEnd.close() wakes a writer, who fails with "Stream
   * closed" and releases the descriptor on its way out; the worker of an unfinished close() ends in
   * the same way. So a close() that was given up holds its worker no longer than the child lives.
   *
   * The messages are the JDK's, spelling included: "Stream Closed" on a pipe that the user closed,
   * "Stream closed" once the process has exited, "Broken pipe" for a write that began before. A
   * write after close() that fits into the buffer is not an error there, and is not one here.
   */

  /** The buffer of the JDK's stream. */
  private static final int BUFFER_BYTES = 8192;

  /** How long a close waits for a child that does not read. */
  private static final int CLOSE_SECONDS = 2;

  private final WriteEnd end;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicBoolean closing = new AtomicBoolean();

  @GuardedBy("turn")
  private final byte[] buffer = new byte[BUFFER_BYTES];

  @GuardedBy("turn")
  private int buffered;

  /** Set when an orderly close is over. */
  @GuardedBy("turn")
  private boolean closed;

  /** Set before the end is closed because the process has exited; never cleared. */
  private volatile boolean exited;

  DropInOutputStream(WriteEnd end) {
    this.end = end;
  }

  @Override
  public void write(int b) throws IOException {
    turn.lock();
    try {
      if (buffered == BUFFER_BYTES) {
        writeBuffer();
      }
      buffer[buffered++] = (byte) b;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    turn.lock();
    try {
      if (length > BUFFER_BYTES - buffered) {
        writeBuffer();
      }
      if (length >= BUFFER_BYTES) {
        writeBuffer();
        writeThrough(source, offset, length);
        return;
      }
      System.arraycopy(source, offset, buffer, buffered, length);
      buffered += length;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    turn.lock();
    try {
      writeBuffer();
    } finally {
      turn.unlock();
    }
  }

  /** What could not be written stays in the buffer, as in {@link java.io.BufferedOutputStream}. */
  @GuardedBy("turn")
  private void writeBuffer() throws IOException {
    if (buffered > 0) {
      writeThrough(buffer, 0, buffered);
      buffered = 0;
    }
  }

  @GuardedBy("turn")
  private void writeThrough(byte[] source, int offset, int length) throws IOException {
    boolean late = exited;
    if (closed && !late) {
      throw new IOException("Stream Closed");
    }
    try {
      end.writeUninterruptibly(source, offset, length);
    } catch (IOException e) {
      // The system and processExited() tell a waiting writer at the same time; it is to hear the
      // same from both.
      throw exited && !late ? new IOException("Broken pipe") : e;
    }
  }

  @Override
  public void close() throws IOException {
    if (!closing.compareAndSet(false, true) || closeAtOnce()) {
      return;
    }
    CompletableFuture<Void> rest = new CompletableFuture<>();
    try {
      Daemons.workers().execute(() -> closeInTurn(rest));
    } catch (RuntimeException | Error e) { // no thread to be had
      end.close();
      throw e;
    }
    awaitClose(rest);
  }

  /** Returns false if that would have meant to wait. */
  private boolean closeAtOnce() throws IOException {
    if (!turn.tryLock()) {
      return false;
    }
    try {
      if (!exited && !offerBuffer()) {
        return false;
      }
      closeOrderly();
      return true;
    } finally {
      turn.unlock();
    }
  }

  /** Returns whether the pipe had room for everything that was buffered. */
  @GuardedBy("turn")
  private boolean offerBuffer() throws IOException {
    if (buffered > 0) {
      int taken;
      try {
        taken = end.offer(buffer, 0, buffered);
      } catch (IOException nobodyReads) {
        closed = true;
        end.close();
        throw nobodyReads;
      }
      buffered -= taken;
      System.arraycopy(buffer, taken, buffer, 0, buffered);
    }
    return buffered == 0;
  }

  @GuardedBy("turn")
  private void closeOrderly() throws IOException {
    try {
      writeBuffer();
    } finally {
      closed = true;
      end.close();
    }
  }

  private void closeInTurn(CompletableFuture<Void> over) {
    turn.lock();
    try {
      closeOrderly();
      over.complete(null);
    } catch (IOException | RuntimeException | Error e) {
      over.completeExceptionally(e);
    } finally {
      turn.unlock();
    }
  }

  private static void awaitClose(CompletableFuture<Void> over) throws IOException {
    boolean interrupted = false;
    long start = System.nanoTime();
    long limit = TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    try {
      while (true) {
        try {
          over.get(limit - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true; // a close of the JDK's does not hear interrupts either
        } catch (TimeoutException childDoesNotRead) {
          return;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof IOException failure) {
            throw failure;
          }
          throw new IOException("could not close the input of a process", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Lets go of the pipe because the process is gone. What is still buffered is lost, as it would be
   * in the pipe.
   */
  void processExited() {
    exited = true;
    end.close();
  }

  /** Closes without waiting for anybody: what fits is still delivered, the rest is lost. */
  void abandon() {
    closing.set(true);
    try {
      closeAtOnce();
    } catch (IOException nobodyReads) {
      // It is being given up.
    } finally {
      end.close();
    }
  }
}
