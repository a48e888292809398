/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.SharedWriteEnd;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;

/** Our end of a pipe that a child reads from; a writer that finds it full parks. */
final class PipeWriter extends SharedWriteEnd<PipeEnd> {

  private final Kernel kernel;
  private final Regions regions;
  private final Doze doze = new Doze();

  PipeWriter(Kernel kernel, Regions regions, PipeEnd end) {
    super(end);
    this.kernel = kernel;
    this.regions = regions;
  }

  @Override
  protected int writeSome(PipeEnd end, byte[] source, int offset, int length) throws IOException {
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

  @Override
  protected void await(PipeEnd end) throws IOException {
    doze.begin();
    try {
      int answer = end.arm(Linux.EPOLLOUT | Linux.EPOLLONESHOT, doze);
      if (answer < 0) {
        throw Failures.ofStream(kernel, answer);
      }
      SchedulePoints.reach("writeEnd.published");
      doze.until(this::isClosed);
    } finally {
      doze.end();
    }
  }

  @Override
  protected void wake() {
    doze.wake();
  }

  @Override
  protected void letGo(PipeEnd end) {
    end.close();
  }
}
