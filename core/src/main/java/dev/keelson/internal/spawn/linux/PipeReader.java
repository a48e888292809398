/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.threads.VirtualThreads;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** Our end of a pipe that a child writes to. */
final class PipeReader implements ReadEnd {

  /*
   * Who may touch the pipe
   * ----------------------
   * One party at a time. Before drainTo() that is the thread that holds `turn`; drainTo() takes the end out of here and gives it to
   * a Drain, whose thread is the loop's. Whoever sees that the reading is over (end of file, finished, closed) takes the end out of
   * `live` and closes it, once, holding `turn`.
   *
   * Why nobody sleeps through it
   * ----------------------------
   * A reader that finds the pipe empty parks in `doze`, having first made itself known there. finish() and close() first set
   * their bit in `asked` and then wake the doze: a reader that looked at `asked` before was known by then. Where it waits in the
   * kernel instead nobody wakes it, but it does so for no longer than a Lull is short, and then looks.
   *
   * If nobody holds `turn`, finish() and close() settle things themselves; if somebody does, that thread does on its way out, and
   * looks once more after the unlock, because a bit set between its last look and the unlock would otherwise have no one to act
   * on it.
   */

  private static final int FINISH = 1;
  private static final int CLOSE = 2;
  private static final byte[] NONE = new byte[0];

  private final Kernel kernel;
  private final Loop loop;
  private final Regions regions;

  /** Bits {@link #FINISH} and {@link #CLOSE}; each is only ever set. */
  private final AtomicInteger asked = new AtomicInteger();

  private final ReentrantLock turn = new ReentrantLock();
  private final Doze doze = new Doze();
  private final Lull lull = new Lull(); // used holding `turn`

  /** The end until it is closed or handed over. */
  @GuardedBy("turn")
  private @Nullable PipeEnd live;

  /** What was in the pipe when the reading was finished, and is still to be handed out. */
  @GuardedBy("turn")
  private byte[] residue = NONE;

  @GuardedBy("turn")
  private int residueTaken;

  /** Written holding {@code turn}. */
  private volatile boolean endOfFile;

  /** Set once the loop reads. */
  private volatile @Nullable Drain drain;

  PipeReader(Kernel kernel, Loop loop, Regions regions, PipeEnd end) {
    this.kernel = kernel;
    this.loop = loop;
    this.regions = regions;
    live = end;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return read(target, offset, length, true);
  }

  @Override
  public int readUninterruptibly(byte[] target, int offset, int length) throws IOException {
    return read(target, offset, length, false);
  }

  private int read(byte[] target, int offset, int length, boolean interruptible)
      throws IOException {
    if (length == 0) {
      return 0;
    }
    boolean interrupted = false;
    lockTurn(interruptible);
    try {
      while (true) {
        SchedulePoints.reach("readEnd.read");
        settle();
        if (isAsked(CLOSE)) {
          throw Failures.streamClosed();
        }
        PipeEnd end = live;
        if (end == null) {
          return takeResidue(target, offset, length);
        }
        int count = read(end, target, offset, length);
        if (count > 0) {
          return count;
        }
        if (count == 0) {
          release(end, true);
        } else if (count == -Linux.EAGAIN) {
          if (Thread.interrupted()) {
            interrupted = true;
            if (interruptible) {
              throw interrupted();
            }
          }
          await(end);
        } else if (count != -Linux.EINTR) {
          throw Failures.ofStream(kernel, count);
        }
      }
    } finally {
      turn.unlock();
      settleUnlocked();
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
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("interrupted while waiting for output of a process");
  }

  private int read(PipeEnd end, byte[] target, int offset, int length) {
    Region region = regions.take();
    int count = end.read(region, Math.min(length, region.size()));
    if (count > 0) {
      region.bytes().get(0, target, offset, count);
    }
    regions.give(region);
    return count;
  }

  /** Waits until something may be there, or was asked, or the thread is interrupted. */
  @GuardedBy("turn")
  private void await(PipeEnd end) throws IOException {
    if (lull.isShort() && !VirtualThreads.isVirtual(Thread.currentThread())) {
      lull.ends(end.poll(Lull.SHORT) <= 0); // refused or disturbed: the loop knows better
      return;
    }
    lull.begins();
    doze.begin();
    try {
      int answer = end.arm(Linux.EPOLLIN | Linux.EPOLLONESHOT, doze);
      if (answer < 0) {
        throw Failures.ofStream(kernel, answer);
      }
      SchedulePoints.reach("readEnd.published");
      doze.until(() -> asked.get() != 0);
      lull.ends();
    } finally {
      doze.end();
    }
  }

  @GuardedBy("turn")
  private int takeResidue(byte[] target, int offset, int length) {
    int left = residue.length - residueTaken;
    if (left == 0) {
      dropResidue();
      return -1;
    }
    int count = Math.min(left, length);
    System.arraycopy(residue, residueTaken, target, offset, count);
    residueTaken += count;
    return count;
  }

  @GuardedBy("turn")
  private void dropResidue() {
    residue = NONE;
    residueTaken = 0;
  }

  @Override
  public int available() throws IOException {
    if (isAsked(CLOSE)) {
      throw Failures.streamClosed();
    }
    if (!turn.tryLock()) {
      return 0; // a reader is waiting, so there is nothing
    }
    try {
      settle();
      PipeEnd end = live;
      if (end == null) {
        return residue.length - residueTaken;
      }
      int answer = end.available();
      if (answer < 0) {
        throw Failures.ofStream(kernel, answer);
      }
      return answer;
    } finally {
      turn.unlock();
      settleUnlocked();
    }
  }

  @Override
  public void drainTo(ChunkSink sink) {
    PipeEnd end;
    ByteBuffer rest;
    turn.lock();
    try {
      end = live;
      live = null;
      rest = ByteBuffer.wrap(residue, residueTaken, residue.length - residueTaken);
      dropResidue();
    } finally {
      turn.unlock();
    }
    if (end == null) {
      if (rest.hasRemaining() && !isAsked(CLOSE)) {
        sink.chunk(rest);
      }
      sink.end(endOfFile, null);
      return;
    }
    end.disarm(); // the doze may still be
    Drain reader;
    try {
      reader = new Drain(kernel, loop, end, sink);
    } catch (OutOfMemoryError e) {
      end.close();
      throw e;
    }
    drain = reader;
    reader.begin();
    SchedulePoints.reach("readEnd.drained");
    passOn();
  }

  @Override
  public void finish() {
    ask(FINISH);
  }

  @Override
  public void close() {
    ask(CLOSE);
  }

  private void ask(int bit) {
    // Asked again, all of it is done again: the first time may have found no memory.
    for (int bits = asked.get(); (bits & bit) == 0; bits = asked.get()) {
      if (asked.compareAndSet(bits, bits | bit)) { // against the other bit
        break;
      }
    }
    SchedulePoints.reach("readEnd.asked");
    doze.wake();
    passOn();
    settleUnlocked();
  }

  /** Tells the loop, if it reads. Both sides of that race call it: one of them sees the other. */
  private void passOn() {
    Drain reader = drain;
    int bits = asked.get();
    if (reader != null && bits != 0) {
      reader.cease((bits & CLOSE) == 0);
    }
  }

  /**
   * Acts on what was asked if no reader is there to do it; whoever is there does it in its own
   * {@link #settle}.
   */
  private void settleUnlocked() {
    while (needsSettling() && turn.tryLock()) {
      try {
        settle();
      } finally {
        turn.unlock();
      }
    }
  }

  @SuppressWarnings(
      "GuardedBy") // a racy look: the answer is only a reason to take the lock and look again
  private boolean needsSettling() {
    return asked.get() != 0 && (live != null || (isAsked(CLOSE) && residue.length > 0));
  }

  @GuardedBy("turn")
  private void settle() {
    if (asked.get() == 0) {
      return;
    }
    PipeEnd end = live;
    if (end != null) {
      release(end, !isAsked(CLOSE) && readResidue(end));
    }
    if (isAsked(CLOSE)) {
      dropResidue();
    }
  }

  /** Takes out what the pipe holds now; returns whether its end of file came next. */
  @GuardedBy("turn")
  private boolean readResidue(PipeEnd end) {
    int taken = residue.length; // by one that found no memory to go on with
    byte[] bytes = Arrays.copyOf(residue, taken + Math.max(0, end.available()));
    byte[] one = new byte[1]; // before anything is taken out
    try {
      while (taken < bytes.length) {
        int count = read(end, bytes, taken, bytes.length - taken);
        if (count <= 0) {
          break;
        }
        taken += count;
      }
    } finally {
      residue = taken == bytes.length ? bytes : Arrays.copyOf(bytes, taken);
    }
    return read(end, one, 0, 1) == 0;
  }

  @GuardedBy("turn")
  private void release(PipeEnd end, boolean sawEnd) {
    live = null;
    endOfFile = sawEnd;
    end.close();
  }

  private boolean isAsked(int bit) {
    return (asked.get() & bit) != 0;
  }

  @Override
  public boolean sawEndOfFile() {
    Drain reader = drain;
    return reader != null ? reader.sawEndOfFile() : endOfFile;
  }
}
