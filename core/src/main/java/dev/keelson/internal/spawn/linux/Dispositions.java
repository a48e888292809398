/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;

/**
 * What this process does with signals, as far as its children inherit it: looked at once, before
 * the first start.
 *
 * <p>A handler never survives exec; that a signal is ignored does. Whoever started this JVM with
 * one ignored, as {@code nohup} does, means its children too. SIGPIPE and SIGCHLD are never passed
 * on: programs are written for their defaults.
 *
 * <p>A JVM that was started with SIGCHLD ignored has its children reaped by the kernel, and nobody
 * learns how they ended. The JDK puts that right in its own first start, and so does this.
 */
final class Dispositions {

  private Dispositions() {}

  /** Puts SIGCHLD right; the signals that a child starts with their default, as bits. */
  static long settle(Kernel kernel) {
    Region memory = kernel.allocate(2 * Layout.SIGACTION);
    repairChildSignal(kernel, memory);
    long defaults = -1L;
    for (int signal = 1; signal <= Linux.LAST_SIGNAL; signal++) {
      boolean ignored =
          kernel.sigaction(signal, memory, -1, 0) == 0
              && Layout.handler(memory, 0) == Linux.SIG_IGN;
      if (ignored && signal != Linux.SIGPIPE && signal != Linux.SIGCHLD) {
        defaults &= ~(1L << (signal - 1));
      }
    }
    return defaults;
  }

  private static void repairChildSignal(Kernel kernel, Region memory) {
    if (kernel.sigaction(Linux.SIGCHLD, memory, -1, 0) == 0
        && (Layout.handler(memory, 0) == Linux.SIG_IGN || Layout.reapsChildren(memory, 0))) {
      for (int i = Layout.SIGACTION; i < 2 * Layout.SIGACTION; i++) {
        memory.bytes().put(i, (byte) 0); // SIG_DFL, no mask, no flags
      }
      kernel.sigaction(Linux.SIGCHLD, memory, Layout.SIGACTION, 0);
    }
  }
}
