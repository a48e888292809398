/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** Our end of a pipe of our own that a child reads from. */
final class NioWriteEnd implements WriteEnd {

  /*
   * The channel never blocks. A writer that finds the pipe full waits in a selector of its own, which close() wakes; as in
   * NioReadEnd, the writer publishes the selector before it looks at `closed`, and close() sets `closed` before it wakes, so that
   * the wake-up cannot be missed. The channel is closed by whoever holds `turn` last: close() itself if no writer is there, else
   * the writer on its way out. Closing it under a writer could hand its descriptor's number to somebody else.
   */

  private final Pipe.SinkChannel sink;
  private final @Nullable Creation creation;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean closed;
  private volatile @Nullable Selector waiting;

  @GuardedBy("turn")
  private boolean released;

  NioWriteEnd(Pipe.SinkChannel sink) throws IOException {
    sink.configureBlocking(false);
    this.sink = sink;
    creation = Creations.created(Creation.Kind.DESCRIPTOR, -1, () -> "pipe to write to");
  }

  @Override
  public int offer(byte[] source, int offset, int length) throws IOException {
    turn.lock();
    try {
      if (closed) {
        throw Channels.streamClosed();
      }
      int taken = 0;
      while (taken < length) {
        int count = sink.write(ByteBuffer.wrap(source, offset + taken, length - taken));
        if (count == 0) {
          break;
        }
        taken += count;
      }
      return taken;
    } finally {
      turn.unlock();
      releaseIfClosed();
    }
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    write(source, offset, length, true);
  }

  @Override
  public void writeUninterruptibly(byte[] source, int offset, int length) throws IOException {
    write(source, offset, length, false);
  }

  private void write(byte[] source, int offset, int length, boolean interruptible)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
    boolean interrupted = false;
    lockTurn(interruptible);
    try {
      while (bytes.hasRemaining()) {
        SchedulePoints.reach("writeEnd.write");
        if (closed) {
          throw Channels.streamClosed();
        }
        if (sink.write(bytes) > 0) {
          continue;
        }
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            throw interrupted(bytes.position() - offset);
          }
        }
        await();
      }
    } finally {
      turn.unlock();
      releaseIfClosed();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void lockTurn(boolean interruptible) throws InterruptedIOException {
    if (!interruptible) {
      turn.lock();
      return;
    }
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(0);
    }
  }

  private static InterruptedIOException interrupted(int transferred) {
    InterruptedIOException e =
        new InterruptedIOException("interrupted while a process did not read its input");
    e.bytesTransferred = transferred;
    return e;
  }

  @GuardedBy("turn")
  private void await() throws IOException {
    Selector selector = waiting;
    if (selector == null) {
      selector = Selector.open();
      try {
        sink.register(selector, SelectionKey.OP_WRITE);
      } catch (IOException | RuntimeException | Error e) {
        Channels.closeQuietly(selector);
        throw e;
      }
      waiting = selector;
      SchedulePoints.reach("writeEnd.published");
    }
    if (!closed) {
      selector.select();
      selector.selectedKeys().clear();
    }
  }

  @Override
  public void close() {
    closed = true;
    SchedulePoints.reach("writeEnd.closed");
    Selector selector = waiting;
    if (selector != null) {
      selector.wakeup();
    }
    releaseIfClosed();
  }

  private void releaseIfClosed() {
    // If the lock is taken, its holder comes here after it has let go, and `closed` was set before
    // we tried.
    if (closed && turn.tryLock()) {
      try {
        if (!released) {
          released = true;
          Channels.closeQuietly(waiting);
          Channels.closeQuietly(sink);
          Creations.ended(creation);
        }
      } finally {
        turn.unlock();
      }
    }
  }
}
