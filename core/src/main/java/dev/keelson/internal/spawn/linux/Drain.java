/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.Inbox;
import java.io.IOException;
import javax.annotation.Nullable;

/** Reads one pipe on the loop, from its handing over to its end. */
final class Drain implements Loop.Handler {

  /*
   * Everything but begin() and cease() happens on the loop's thread, and those two only hand over to it: begin() by registering
   * as its last step, cease() by a request. So there is nothing to guard. An event or a request that comes after the end finds
   * that it is over.
   *
   * A request that came before the registration would let the loop close the descriptor first, and begin() register a number that
   * may be a stranger's by then. So there is none before `begun`; whoever begins looks afterwards whether one was wanted, and
   * whoever wants one says so before it looks at `begun` (see SharedReadEnd.passOn).
   *
   *   READING -> OVER      the end of file, a failure, a sink without room, or the request
   *   OVER -> CLOSED       the sink is told, once
   *
   * Where memory ends, what was to follow is done when the loop comes back with the same event or request: bytes that the sink had
   * no room for are lost, and from then on it is OVER, whatever else fails.
   */

  /** As much as one read may bring. */
  static final int BUFFER = 256 * 1024;

  /** How many reads one pipe may have before the others get their turn. */
  private static final int READS_PER_TURN = 8;

  private final Kernel kernel;
  private final Loop loop;
  private final PipeEnd end;
  private final ChunkSink sink;
  private final Inbox.Request stop = new Inbox.Request(this::stop);
  private boolean over;
  private boolean closed;
  private boolean sawEnd;

  /** Why it is over, if that is the sink's doing; as it was thrown. */
  private @Nullable Throwable refused;

  /** Why it is over, if that is the system's: its number with the sign changed. */
  private int error;

  /** Set when the loop may have it. */
  private volatile boolean begun;

  /** Whether what is there when the request comes is still read. Written before it is made. */
  private volatile boolean residue = true;

  /** Set before the sink is told of the end. */
  private volatile boolean endOfFile;

  /** Takes the end over, which nobody else uses any more. */
  Drain(Kernel kernel, Loop loop, PipeEnd end, ChunkSink sink) {
    this.kernel = kernel;
    this.loop = loop;
    this.end = end;
    this.sink = sink;
  }

  /** Begins to read; called once. If this throws, the end is closed and the sink not told. */
  void begin() {
    int answer;
    try {
      answer = end.arm(Linux.EPOLLIN, this);
    } catch (OutOfMemoryError e) {
      over = true;
      closed = true;
      end.close();
      throw e;
    }
    if (answer < 0) { // so it never was the loop's
      error = answer;
      finished(false);
    }
    begun = true;
  }

  /**
   * Soon reads what is there now, if {@code residue}, and no more; does nothing while it has not
   * begun.
   */
  void cease(boolean takeResidue) {
    if (!takeResidue) {
      residue = false;
    }
    if (begun) {
      loop.submit(stop);
    }
  }

  boolean sawEndOfFile() {
    return endOfFile;
  }

  @Override
  public void ready(int events) {
    finishIfOver();
    boolean writersAreGone = (events & Linux.EPOLLHUP) != 0;
    for (int reads = 0; !over && reads < READS_PER_TURN; reads++) {
      int count = read(BUFFER);
      // A short read has emptied the pipe; if nobody writes any more, the next one is the end.
      if (count <= 0 || (count < BUFFER && !writersAreGone)) {
        return;
      }
    }
  }

  private void stop() {
    finishIfOver();
    int left = !over && residue ? end.available() : 0;
    while (!over && left > 0) {
      int count = read(Math.min(left, BUFFER));
      if (count <= 0) {
        break;
      }
      left -= count;
    }
    if (!over) {
      // A byte that shows that somebody still writes is late by definition, and lost.
      finished(end.read(loop.buffer(), 1) == 0);
    }
  }

  /** Passes some bytes on, or finds the end; how many bytes. */
  private int read(int most) {
    Region buffer = loop.buffer();
    int count = end.read(buffer, most);
    if (count > 0) {
      pass(buffer, count);
    } else if (count == 0) {
      finished(true);
    } else if (count != -Linux.EAGAIN && count != -Linux.EINTR) {
      error = count;
      finished(false);
    }
    return count;
  }

  private void pass(Region buffer, int count) {
    try {
      sink.chunk(buffer.bytes().clear().limit(count));
    } catch (RuntimeException | Error e) {
      refused = e;
      finished(false);
    }
  }

  private void finished(boolean endOfFileCame) {
    over = true;
    sawEnd = endOfFileCame;
    finishIfOver();
  }

  private void finishIfOver() {
    if (!over || closed) {
      return;
    }
    IOException failure = failure(); // if there is no memory for it, all of this is repeated
    closed = true;
    endOfFile = sawEnd;
    try {
      end.close();
    } finally {
      sink.end(sawEnd, failure);
    }
  }

  private @Nullable IOException failure() {
    if (refused != null) {
      return new IOException("no room for the output of a process", refused);
    }
    return error == 0 ? null : Failures.ofStream(kernel, error);
  }
}
