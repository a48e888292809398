/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.annotation.Nullable;

/**
 * Receives what an engine reads from a pipe by itself; see {@link ReadEnd#drainTo}. Calls come one
 * after the other, on threads of the engine's: they must neither block nor run user code.
 */
public interface ChunkSink {

  /** Some bytes, which must have been consumed when this returns. */
  void chunk(ByteBuffer bytes);

  /**
   * There will be no more. Called exactly once.
   *
   * @param complete whether the end of file was reached, rather than the reading given up
   * @param failure what went wrong, if anything did
   */
  void end(boolean complete, @Nullable IOException failure);
}
