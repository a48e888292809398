/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.ChunkSink;
import java.io.IOException;
import javax.annotation.Nullable;

/** Reads one pipe on the loop, from its handing over to its end. */
final class Drain implements Loop.Handler {

  /*
   * Everything but begin() and cease() happens on the loop's thread, and those two only hand over to it: begin() by registering
   * as its last step, cease() by a request. So there is nothing to guard. An event or a request that comes after the end finds
   * that it is over.
   */

  /** As much as one read may bring. */
  static final int BUFFER = 256 * 1024;

  /** How many reads one pipe may have before the others get their turn. */
  private static final int READS_PER_TURN = 8;

  private final Kernel kernel;
  private final Loop loop;
  private final PipeEnd end;
  private final ChunkSink sink;
  private boolean over;

  /** Set before the sink is told of the end. */
  private volatile boolean endOfFile;

  /** Takes the end over, which nobody else uses any more. */
  Drain(Kernel kernel, Loop loop, PipeEnd end, ChunkSink sink) {
    this.kernel = kernel;
    this.loop = loop;
    this.end = end;
    this.sink = sink;
  }

  /** Begins to read; called once. */
  void begin() {
    int answer = end.arm(Linux.EPOLLIN, this);
    if (answer < 0) { // so it never was the loop's
      finished(false, Failures.ofStream(kernel, answer));
    }
  }

  /** Soon reads what is there now, if {@code residue}, and no more. */
  void cease(boolean residue) {
    loop.submit(() -> stop(residue));
  }

  boolean sawEndOfFile() {
    return endOfFile;
  }

  @Override
  public void ready(int events) {
    boolean writersAreGone = (events & Linux.EPOLLHUP) != 0;
    for (int reads = 0; !over && reads < READS_PER_TURN; reads++) {
      int count = read(BUFFER);
      // A short read has emptied the pipe; if nobody writes any more, the next one is the end.
      if (count <= 0 || (count < BUFFER && !writersAreGone)) {
        return;
      }
    }
  }

  private void stop(boolean residue) {
    if (over) {
      return;
    }
    int left = residue ? end.available() : 0;
    while (!over && left > 0) {
      int count = read(Math.min(left, BUFFER));
      if (count <= 0) {
        break;
      }
      left -= count;
    }
    if (!over) {
      // A byte that shows that somebody still writes is late by definition, and lost.
      finished(end.read(loop.buffer(), 1) == 0, null);
    }
  }

  /** Passes some bytes on, or finds the end; how many bytes. */
  private int read(int most) {
    Region buffer = loop.buffer();
    int count = end.read(buffer, most);
    if (count > 0) {
      pass(buffer, count);
    } else if (count == 0) {
      finished(true, null);
    } else if (count != -Linux.EAGAIN && count != -Linux.EINTR) {
      finished(false, Failures.ofStream(kernel, count));
    }
    return count;
  }

  private void pass(Region buffer, int count) {
    try {
      sink.chunk(buffer.bytes().clear().limit(count));
    } catch (RuntimeException | OutOfMemoryError e) {
      finished(false, new IOException("no room for the output of a process", e));
    }
  }

  private void finished(boolean sawEnd, @Nullable IOException failure) {
    over = true;
    endOfFile = sawEnd;
    end.close();
    sink.end(sawEnd, failure);
  }
}
