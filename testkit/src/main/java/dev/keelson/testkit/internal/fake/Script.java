/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.testkit.FakeProgram;
import java.io.IOException;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** Says what happens when something is launched. Safe for use by multiple threads. */
public interface Script {

  /**
   * What a launch comes to.
   *
   * @param program what its process runs; null for a real process
   * @param begun told of the process before it begins
   */
  record Answer(@Nullable FakeProgram program, Consumer<Trail> begun) {}

  /**
   * Decides.
   *
   * @throws IOException if the start is to fail
   */
  Answer answer(Launch launch) throws IOException;

  /** A program threw something. */
  void failed(Launch launch, Throwable failure);
}
