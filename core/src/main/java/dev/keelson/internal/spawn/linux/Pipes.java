/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import java.io.IOException;

/** Opens pipes, with close-on-exec set and no number below 3. */
final class Pipes {

  /**
   * A pipe that somebody has to close.
   *
   * @param read the end to read from
   * @param write the end to write to
   */
  record Pipe(int read, int write) {}

  private Pipes() {}

  static Pipe open(Kernel kernel, Regions regions) throws IOException {
    Region pair = regions.take();
    int answer = kernel.pipe(pair, Linux.O_CLOEXEC);
    int read = pair.bytes().getInt(0);
    int write = pair.bytes().getInt(Integer.BYTES);
    regions.give(pair);
    if (answer < 0) {
      throw Failures.of(kernel, answer);
    }
    read = Descriptors.aboveStandard(kernel, read);
    write = Descriptors.aboveStandard(kernel, write);
    if (read < 0 || write < 0) {
      close(kernel, read);
      close(kernel, write);
      throw Failures.of(kernel, Math.min(read, write));
    }
    return new Pipe(read, write);
  }

  private static void close(Kernel kernel, int fd) {
    if (fd >= 0) {
      kernel.close(fd);
    }
  }
}
