/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** Our end of an {@link OwnPipe} that a child writes to. */
final class NioReadEnd implements ReadEnd {

  /*
   * Who may touch the pipe
   * ----------------------
   * Exactly one party reads at a time. Before drainTo() that is the thread that holds `turn`; after it, the loop. Whoever sees that
   * the reading is over (end of file, finished, closed) releases the pipe, once, by taking it out of `pipe`:
   *
   *   reading by threads:  LIVE -> (end of file | finish | close) -> pipe released under `turn`
   *   reading by the loop: LIVE -> drained -> (end of file | cease) -> pipe released on the loop
   *
   * Why nobody sleeps through it
   * ----------------------------
   * A reader that finds the pipe empty waits in a selector of its own. finish() and close() first set their flag, then wake the
   * selector: Selector.wakeup is latched, so a reader that published its selector before it looked at the flags either sees the
   * flag or finds the wake-up waiting. A reader publishes first and looks second; a closer sets first and wakes second.
   *
   * If nobody holds `turn`, finish() and close() do the release themselves; if somebody does, that reader does it on its way out
   * (`settle`), after which the flag is looked at once more, because a flag set between the last look and the unlock would
   * otherwise have no one to act on it.
   */

  private static final int FINISH = 1;
  private static final int CLOSE = 2;
  private static final byte[] NONE = new byte[0];

  /** What a pipe holds. */
  private static final int PIPE_BYTES = 64 * 1024;

  private final PipePool pool;
  private final LazyLoop loop;

  /** Bits {@link #FINISH} and {@link #CLOSE}; each is only ever set. */
  private final AtomicInteger asked = new AtomicInteger();

  private final ReentrantLock turn = new ReentrantLock();

  /** The pipe until it is released. */
  @GuardedBy("turn")
  private @Nullable OwnPipe pipe;

  /** What was read out of the pipe when the reading was finished, and is still to be handed out. */
  @GuardedBy("turn")
  private byte[] residue = NONE;

  @GuardedBy("turn")
  private int residueTaken;

  /** Set under {@code turn}, or before the loop lets go. */
  private volatile boolean endOfFile;

  /** Where a reader waits, published before it looks at {@code asked}. */
  private volatile @Nullable Selector waiting;

  /** Set once the loop reads. */
  private volatile @Nullable IoLoop.Reading drain;

  NioReadEnd(OwnPipe pipe, PipePool pool, LazyLoop loop) {
    this.pipe = pipe;
    this.pool = pool;
    this.loop = loop;
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
          throw Channels.streamClosed();
        }
        OwnPipe live = pipe;
        if (live == null) {
          return takeResidue(target, offset, length);
        }
        int count = live.source().read(ByteBuffer.wrap(target, offset, length));
        if (count > 0) {
          return count;
        }
        if (count < 0) {
          release(live, true);
          continue;
        }
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            throw new InterruptedIOException("interrupted while waiting for output of a process");
          }
        }
        await(live);
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
      throw new InterruptedIOException("interrupted while waiting for output of a process");
    }
  }

  @GuardedBy("turn")
  private void await(OwnPipe live) throws IOException {
    Selector selector = waiting;
    if (selector == null) {
      selector = Selector.open();
      try {
        live.source().register(selector, SelectionKey.OP_READ);
      } catch (IOException | RuntimeException | Error e) {
        Channels.closeQuietly(selector);
        throw e;
      }
      waiting = selector;
      SchedulePoints.reach("readEnd.published");
    }
    if (asked.get() == 0) {
      selector.select();
      selector.selectedKeys().clear();
    }
  }

  @GuardedBy("turn")
  private int takeResidue(byte[] target, int offset, int length) {
    int left = residue.length - residueTaken;
    if (left == 0) {
      residue = NONE;
      residueTaken = 0;
      return -1;
    }
    int count = Math.min(left, length);
    System.arraycopy(residue, residueTaken, target, offset, count);
    residueTaken += count;
    return count;
  }

  @Override
  public int available() throws IOException {
    if (isAsked(CLOSE)) {
      throw Channels.streamClosed();
    }
    if (!turn.tryLock()) {
      return 0; // a reader is waiting, so there is nothing
    }
    try {
      settle();
      OwnPipe live = pipe;
      return live == null ? residue.length - residueTaken : live.available();
    } finally {
      turn.unlock();
      settleUnlocked();
    }
  }

  @Override
  public void drainTo(ChunkSink sink) {
    OwnPipe live;
    ByteBuffer rest;
    turn.lock();
    try {
      live = pipe;
      pipe = null;
      Channels.closeQuietly(waiting); // else the pipe would go to the pool still registered with it
      rest = ByteBuffer.wrap(residue, residueTaken, residue.length - residueTaken);
      residue = NONE;
      residueTaken = 0;
    } finally {
      turn.unlock();
    }
    if (live == null) {
      if (rest.hasRemaining() && !isAsked(CLOSE)) {
        sink.chunk(rest);
      }
      sink.end(endOfFile, null);
      return;
    }
    try {
      drain = loop.get().read(live, new Drain(live, sink));
    } catch (IOException e) {
      live.close();
      sink.end(false, e);
      return;
    } catch (RuntimeException | Error e) {
      live.close();
      throw e;
    }
    SchedulePoints.reach("readEnd.drained");
    passOn();
  }

  /** What the loop does with the bytes of a drained end. */
  private final class Drain implements IoLoop.Reader {
    private final OwnPipe live;
    private final ChunkSink sink;

    Drain(OwnPipe live, ChunkSink sink) {
      this.live = live;
      this.sink = sink;
    }

    @Override
    public void read(ByteBuffer bytes) {
      sink.chunk(bytes);
    }

    @Override
    public void ended(boolean sawEnd, @Nullable IOException failure) {
      endOfFile = sawEnd;
      try {
        if (sawEnd) {
          pool.giveBack(live);
        } else {
          live.close();
        }
      } finally {
        sink.end(sawEnd, failure);
      }
    }
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
    Selector selector = waiting;
    if (selector != null) {
      selector.wakeup();
    }
    passOn();
    settleUnlocked();
  }

  /**
   * Tells the loop what was asked, if it is the one that reads. Both sides of that race call it, so
   * that one of them sees the other.
   */
  private void passOn() {
    IoLoop.Reading reading = drain;
    int bits = asked.get();
    if (reading != null && bits != 0) {
      reading.cease((bits & CLOSE) == 0);
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
    return asked.get() != 0 && (pipe != null || (isAsked(CLOSE) && residue.length > 0));
  }

  @GuardedBy("turn")
  private void settle() {
    if (asked.get() == 0) {
      return;
    }
    OwnPipe live = pipe;
    if (live != null) {
      boolean ended = false;
      if (!isAsked(CLOSE)) {
        ended = readResidue(live);
      }
      release(live, ended);
    }
    if (isAsked(CLOSE)) {
      residue = NONE;
      residueTaken = 0;
    }
  }

  /** Takes out what the pipe holds now; returns whether its end of file came next. */
  @GuardedBy("turn")
  private boolean readResidue(OwnPipe live) {
    int before = residue.length; // taken by one that found no memory to go on with
    byte[] bytes = Arrays.copyOf(residue, before + held(live));
    ByteBuffer rest = ByteBuffer.wrap(bytes, before, bytes.length - before);
    ByteBuffer one = ByteBuffer.allocate(1); // before anything is taken out
    try {
      while (rest.hasRemaining()) {
        int count = live.source().read(rest);
        if (count <= 0) {
          break;
        }
      }
      return live.source().read(one) < 0;
    } catch (IOException e) {
      return false; // a failing pipe: what was read so far is kept, the rest given up
    } finally {
      residue = rest.hasRemaining() ? Arrays.copyOf(bytes, rest.position()) : bytes;
    }
  }

  /** How many bytes are in the pipe, or may be where no descriptor is left to ask with. */
  private static int held(OwnPipe live) {
    try {
      return live.available();
    } catch (IOException cannotTell) {
      return PIPE_BYTES;
    }
  }

  @GuardedBy("turn")
  private void release(OwnPipe live, boolean sawEnd) {
    pipe = null;
    endOfFile = sawEnd;
    Channels.closeQuietly(waiting);
    if (sawEnd) {
      pool.giveBack(live);
    } else {
      live.close();
    }
  }

  private boolean isAsked(int bit) {
    return (asked.get() & bit) != 0;
  }

  @Override
  public boolean sawEndOfFile() {
    return endOfFile;
  }
}
