/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.tree.Hold;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import javax.annotation.Nullable;

/** A pidfd that is closed once nobody uses it. */
final class Pidfd extends Counted implements Hold {

  private final Kernel kernel;
  private final int fd;
  private final @Nullable Creation creation;

  /** Takes the descriptor over. */
  Pidfd(Kernel kernel, int fd, @Nullable Creation creation) {
    this.kernel = kernel;
    this.fd = fd;
    this.creation = creation;
  }

  @Override
  public Sent send(int signal) {
    return sent(signalled(signal));
  }

  /** What the system says of a signal; {@code -ESRCH} once this is closed. */
  int signalled(int signal) {
    if (!enter()) {
      return -Linux.ESRCH;
    }
    try {
      return kernel.pidfdSendSignal(fd, signal);
    } finally {
      leave();
    }
  }

  static Sent sent(int answer) {
    if (answer == -Linux.ESRCH) {
      return Sent.GONE;
    }
    return answer == 0 ? Sent.YES : Sent.REFUSED;
  }

  @Override
  protected void release() {
    Creations.ended(creation);
    Descriptors.close(kernel, fd);
  }
}
