/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/**
 * Our end of a pipe that several threads may read, until it is handed over to the engine's loop.
 * The engine says how such a pipe is read, waited for and let go; what is abstract here is called
 * by the one party that may touch the pipe, if it does not say otherwise.
 *
 * @param <P> what the engine has of a pipe; never blocks
 */
public abstract class SharedReadEnd<P> implements ReadEnd {

  /*
   * Who may touch the pipe
   * ----------------------
   * One party at a time. Before drainTo() that is the thread that holds `turn`; drainTo() takes the pipe out of here and gives it
   * to the loop. Whoever sees that the reading is over (end of file, finished, closed) lets the pipe go, once, by taking it out of
   * `live`:
   *
   *   reading by threads:  LIVE -> (end of file | finish | close) -> let go under `turn`
   *   reading by the loop: LIVE -> drained -> (end of file | cease) -> let go on the loop
   *
   * Why nobody sleeps through it
   * ----------------------------
   * A reader that finds the pipe empty waits in await(): it makes itself known first and looks at `asked` second. finish() and
   * close() set their bit in `asked` first and call wake() second: so the reader sees the bit, or they see the reader. The same
   * holds of the loop: drainTo() publishes it first and looks second, and both sides call passOn().
   *
   * If nobody holds `turn`, finish() and close() settle things themselves; if somebody does, that thread does on its way out, and
   * looks once more after the unlock, because a bit set between its last look and the unlock would otherwise have no one to act
   * on it.
   */

  private static final int FINISH = 1;
  private static final int CLOSE = 2;
  private static final byte[] NONE = new byte[0];

  /** Bits {@link #FINISH} and {@link #CLOSE}; each is only ever set. */
  private final AtomicInteger asked = new AtomicInteger();

  private final ReentrantLock turn = new ReentrantLock();

  /** The pipe until it is let go or handed over. */
  @GuardedBy("turn")
  private @Nullable P live;

  /** What was in the pipe when the reading was finished, and is still to be handed out. */
  @GuardedBy("turn")
  private byte[] residue = NONE;

  @GuardedBy("turn")
  private int residueTaken;

  /** Written holding {@code turn}, or before the loop lets go. */
  private volatile boolean endOfFile;

  /** Takes the pipe over. */
  protected SharedReadEnd(P pipe) {
    live = pipe;
  }

  /** Reads what is there: how many bytes, zero if there are none now, -1 at end of file. */
  protected abstract int readSome(P pipe, byte[] target, int offset, int length) throws IOException;

  /**
   * Waits until there may be bytes, {@link #wake} is called, or the thread is interrupted; no more
   * than a moment once it {@link #isAsked}.
   */
  protected abstract void await(P pipe) throws IOException;

  /** Ends an {@link #await}. Called by any thread. */
  protected abstract void wake();

  /** How many bytes the pipe holds. */
  protected abstract int available(P pipe) throws IOException;

  /** At least as many bytes as the pipe holds, if that is known. */
  protected abstract int atMost(P pipe);

  /** Closes it, or keeps it for another child if its end was seen. */
  protected abstract void letGo(P pipe, boolean sawEnd);

  /**
   * Has the loop read the pipe, which is its own from now on. If that fails the pipe is let go, and
   * either the sink is told or this throws.
   */
  protected abstract void drain(P pipe, ChunkSink sink);

  /**
   * Has the loop read what is there now, if {@code takeResidue}, and no more. Does nothing if the
   * loop does not read. Called by any thread.
   */
  protected abstract void cease(boolean takeResidue);

  /** Whether the reading is to end. */
  protected final boolean isAsked() {
    return asked.get() != 0;
  }

  /** Says, on the loop, how its reading has ended. */
  protected final void ended(boolean sawEnd) {
    endOfFile = sawEnd;
  }

  @Override
  public final int read(byte[] target, int offset, int length) throws IOException {
    return read(target, offset, length, true);
  }

  @Override
  public final int readUninterruptibly(byte[] target, int offset, int length) throws IOException {
    return read(target, offset, length, false);
  }

  private int read(byte[] target, int offset, int length, boolean interruptible)
      throws IOException {
    if (length == 0) {
      return 0;
    }
    boolean interrupted = false;
    Ends.takeTurn(turn, interruptible, Ends.INTERRUPTED_READING);
    try {
      while (true) {
        SchedulePoints.reach("readEnd.read");
        settle();
        if (isAsked(CLOSE)) {
          throw Ends.streamClosed();
        }
        P pipe = live;
        if (pipe == null) {
          return takeResidue(target, offset, length);
        }
        int count = readSome(pipe, target, offset, length);
        if (count > 0) {
          return count;
        }
        if (count < 0) {
          release(pipe, true);
          continue;
        }
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            throw new InterruptedIOException(Ends.INTERRUPTED_READING);
          }
        }
        await(pipe);
      }
    } finally {
      turn.unlock();
      settleUnlocked();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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
  public final int available() throws IOException {
    if (isAsked(CLOSE)) {
      throw Ends.streamClosed();
    }
    if (!turn.tryLock()) {
      return 0; // a reader is waiting, so there is nothing
    }
    try {
      settle();
      P pipe = live;
      return pipe == null ? residue.length - residueTaken : available(pipe);
    } finally {
      turn.unlock();
      settleUnlocked();
    }
  }

  @Override
  public final void drainTo(ChunkSink sink) {
    P pipe;
    ByteBuffer rest;
    turn.lock();
    try {
      pipe = live;
      live = null;
      rest = ByteBuffer.wrap(residue, residueTaken, residue.length - residueTaken);
      dropResidue();
    } finally {
      turn.unlock();
    }
    if (rest.hasRemaining() && !isAsked(CLOSE)) {
      try {
        sink.chunk(rest);
      } catch (RuntimeException | Error e) {
        if (pipe != null) { // of a finish that found no memory to go on with
          letGo(pipe, false);
        }
        throw e;
      }
    }
    if (pipe == null) {
      sink.end(endOfFile, null);
      return;
    }
    drain(pipe, sink);
    SchedulePoints.reach("readEnd.drained");
    passOn();
  }

  @Override
  public final void finish() {
    ask(FINISH);
  }

  @Override
  public final void close() {
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
    wake();
    passOn();
    settleUnlocked();
  }

  /** Tells the loop, if it reads. Both sides of that race call it: one of them sees the other. */
  private void passOn() {
    if (isAsked()) {
      cease(!isAsked(CLOSE));
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
    return isAsked() && (live != null || (isAsked(CLOSE) && residue.length > 0));
  }

  @GuardedBy("turn")
  private void settle() {
    if (!isAsked()) {
      return;
    }
    P pipe = live;
    if (pipe != null) {
      release(pipe, !isAsked(CLOSE) && readResidue(pipe));
    }
    if (isAsked(CLOSE)) {
      dropResidue();
    }
  }

  /** Takes out what the pipe holds now; returns whether its end of file came next. */
  @GuardedBy("turn")
  private boolean readResidue(P pipe) {
    int taken = residue.length; // by one that found no memory to go on with
    byte[] bytes = Arrays.copyOf(residue, taken + atMost(pipe));
    byte[] one = new byte[1]; // before anything is taken out
    try {
      while (taken < bytes.length) {
        int count = readSome(pipe, bytes, taken, bytes.length - taken);
        if (count <= 0) {
          break;
        }
        taken += count;
      }
      return readSome(pipe, one, 0, 1) < 0;
    } catch (IOException e) {
      return false; // what was read so far is kept, the rest given up
    } finally {
      residue = taken == bytes.length ? bytes : Arrays.copyOf(bytes, taken);
    }
  }

  @GuardedBy("turn")
  private void release(P pipe, boolean sawEnd) {
    live = null;
    endOfFile = sawEnd;
    letGo(pipe, sawEnd);
  }

  private boolean isAsked(int bit) {
    return (asked.get() & bit) != 0;
  }

  @Override
  public boolean sawEndOfFile() {
    return endOfFile;
  }
}
