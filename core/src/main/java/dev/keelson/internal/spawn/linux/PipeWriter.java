/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** Our end of a pipe that a child reads from. */
final class PipeWriter implements WriteEnd {

  /*
   * The end belongs to the thread that holds `turn`. A writer that finds the pipe full parks in `doze`, as a reader does in
   * PipeReader: it makes itself known before it looks at `closed`, and close() sets `closed` before it wakes. The end is closed by
   * whoever holds `turn` last: close() itself if no writer is there, else the writer on its way out.
   */

  private final Kernel kernel;
  private final Regions regions;
  private final ReentrantLock turn = new ReentrantLock();
  private final Doze doze = new Doze();
  private volatile boolean closed;

  /** The end until it is closed. */
  @GuardedBy("turn")
  private @Nullable PipeEnd live;

  PipeWriter(Kernel kernel, Regions regions, PipeEnd end) {
    this.kernel = kernel;
    this.regions = regions;
    live = end;
  }

  @Override
  public int offer(byte[] source, int offset, int length) throws IOException {
    turn.lock();
    try {
      int taken = 0;
      while (taken < length) {
        int count = writeSome(source, offset + taken, length - taken);
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
    boolean interrupted = false;
    lockTurn(interruptible);
    try {
      for (int taken = 0; taken < length; ) {
        SchedulePoints.reach("writeEnd.write");
        int count = writeSome(source, offset + taken, length - taken);
        taken += count;
        if (count == 0) {
          if (Thread.interrupted()) {
            interrupted = true;
            if (interruptible) {
              throw interrupted(taken);
            }
          }
          await();
        }
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
  private PipeEnd open() throws IOException {
    PipeEnd end = live;
    if (closed || end == null) {
      throw Failures.streamClosed();
    }
    return end;
  }

  /** What fits without waiting; zero if the pipe is full. */
  @GuardedBy("turn")
  private int writeSome(byte[] source, int offset, int length) throws IOException {
    PipeEnd end = open();
    Region region = regions.take();
    int most = Math.min(length, region.size());
    region.bytes().put(0, source, offset, most);
    int count = end.write(region, most);
    regions.give(region);
    if (count == -Linux.EAGAIN || count == -Linux.EINTR) {
      return 0;
    }
    if (count < 0) {
      throw Failures.ofStream(kernel, count);
    }
    return count;
  }

  @GuardedBy("turn")
  private void await() throws IOException {
    doze.begin();
    try {
      int answer = open().arm(Linux.EPOLLOUT | Linux.EPOLLONESHOT, doze);
      if (answer < 0) {
        throw Failures.ofStream(kernel, answer);
      }
      SchedulePoints.reach("writeEnd.published");
      doze.until(() -> closed);
    } finally {
      doze.end();
    }
  }

  @Override
  public void close() {
    closed = true;
    SchedulePoints.reach("writeEnd.closed");
    doze.wake();
    releaseIfClosed();
  }

  private void releaseIfClosed() {
    // If the lock is taken, its holder comes here after it has let go, and `closed` was set before
    // we tried.
    if (closed && turn.tryLock()) {
      try {
        PipeEnd end = live;
        live = null;
        if (end != null) {
          end.close();
        }
      } finally {
        turn.unlock();
      }
    }
  }
}
