/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.spawn.Link;

/** A pipe between two children. This process never reads or writes a byte of it. */
final class PipeLink extends Counted implements Link {

  private final Kernel kernel;
  final int readEnd;
  final int writeEnd;

  PipeLink(Kernel kernel, int readEnd, int writeEnd) {
    this.kernel = kernel;
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  @Override
  protected void release() {
    kernel.close(readEnd);
    kernel.close(writeEnd);
  }
}
