/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Link;

/**
 * A pipe of our own that two children open by its path; when both have, this process lets go of it
 * and never sees a byte.
 */
final class NioLink implements Link {

  private final OwnPipe pipe;
  private boolean closed;

  NioLink(OwnPipe pipe) {
    this.pipe = pipe;
  }

  OwnPipe pipe() {
    return pipe;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pipe.close();
    }
  }
}
