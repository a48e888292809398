/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.SharedReadEnd;
import dev.keelson.internal.threads.VirtualThreads;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import javax.annotation.Nullable;

/** Our end of a pipe that a child writes to. */
final class PipeReader extends SharedReadEnd<PipeEnd> {

  /*
   * A reader that finds the pipe empty parks in `doze`. Where it waits in the kernel instead nobody wakes it, but it does so for no
   * longer than a Lull is short, and then looks.
   */

  private final Kernel kernel;
  private final Loop loop;
  private final Regions regions;
  private final Doze doze = new Doze();
  private final Lull lull = new Lull(); // used by who has the turn

  /** Set once the loop reads. */
  private volatile @Nullable Drain drain;

  PipeReader(Kernel kernel, Loop loop, Regions regions, PipeEnd end) {
    super(end);
    this.kernel = kernel;
    this.loop = loop;
    this.regions = regions;
  }

  @Override
  protected int readSome(PipeEnd end, byte[] target, int offset, int length) throws IOException {
    Region region = regions.take();
    int count = end.read(region, Math.min(length, region.size()));
    if (count > 0) {
      region.bytes().get(0, target, offset, count);
    }
    regions.give(region);
    if (count == 0) {
      return -1;
    }
    if (count == -Linux.EAGAIN || count == -Linux.EINTR) {
      return 0;
    }
    if (count < 0) {
      throw Failures.ofStream(kernel, count);
    }
    return count;
  }

  @Override
  protected void await(PipeEnd end) throws IOException {
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
      doze.until(this::isAsked);
      lull.ends();
    } finally {
      doze.end();
    }
  }

  @Override
  protected void wake() {
    doze.wake();
  }

  @Override
  protected int available(PipeEnd end) throws IOException {
    int answer = end.available();
    if (answer < 0) {
      throw Failures.ofStream(kernel, answer);
    }
    return answer;
  }

  @Override
  protected int atMost(PipeEnd end) {
    return Math.max(0, end.available());
  }

  @Override
  protected void letGo(PipeEnd end, boolean sawEnd) {
    end.close();
  }

  @Override
  protected void drain(PipeEnd end, ChunkSink sink) {
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
  }

  @Override
  protected void cease(boolean takeResidue) {
    Drain reader = drain;
    if (reader != null) {
      reader.cease(takeResidue);
    }
  }

  @Override
  public boolean sawEndOfFile() {
    Drain reader = drain;
    return reader != null ? reader.sawEndOfFile() : super.sawEndOfFile();
  }
}
