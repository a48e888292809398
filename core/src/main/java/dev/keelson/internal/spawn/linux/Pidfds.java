/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.tree.Hold;
import dev.keelson.internal.spawn.tree.Holds;
import java.io.IOException;
import javax.annotation.Nullable;

/** Takes hold of processes by pidfds, of which each is counted. */
final class Pidfds implements Holds {

  private final Kernel kernel;

  Pidfds(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public @Nullable Hold open(long pid) throws IOException {
    int answer = Descriptors.aboveStandard(kernel, kernel.pidfdOpen((int) pid));
    if (answer == -Linux.ESRCH) {
      return null;
    }
    if (answer < 0) {
      throw Failures.of(kernel, answer);
    }
    Pidfd hold = null;
    try {
      hold = new Pidfd(kernel, answer, null);
      return hold;
    } finally {
      if (hold == null) { // there was no memory
        kernel.close(answer);
      }
    }
  }

  @Override
  public void signalGroup(long leader, int signal) {
    if (leader <= 1) {
      throw new IllegalArgumentException("no group can be led by " + leader);
    }
    kernel.kill((int) -leader, signal);
  }
}
