/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.threads.Daemons;

/**
 * Keeps what we open away from 0, 1 and 2. A JVM that was started without one of those gets it for
 * the next thing it opens, where its own prints would end up, and where a child's streams are put
 * one after the other.
 */
final class Descriptors {

  private static final int FIRST = 3;

  private Descriptors() {}

  /** That descriptor or a copy of it with a number of at least 3; or the error that it is. */
  static int aboveStandard(Kernel kernel, int fd) {
    return atLeast(kernel, FIRST, fd);
  }

  /** That descriptor or a copy of it with a number of at least that; or the error that it is. */
  static int atLeast(Kernel kernel, int lowest, int fd) {
    if (fd < 0 || fd >= lowest) {
      return fd;
    }
    try {
      return kernel.fcntl(fd, Linux.F_DUPFD_CLOEXEC, lowest);
    } finally {
      kernel.close(fd); // also where there was no memory for the call
    }
  }

  /**
   * Closes one of ours. If it is not open, then other code of this process has closed it, and may
   * have closed, or read, what was opened under the same number since: nobody may be silent about
   * that.
   */
  static void close(Kernel kernel, int fd) {
    if (kernel.close(fd) == -Linux.EBADF) {
      Daemons.complain(
          Descriptors.class,
          "descriptor " + fd + " of a child was closed by other code of this process",
          null);
    }
  }
}
