/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import java.io.IOException;

/**
 * What all starts and children of one engine share, made by the first start.
 *
 * @param kernel the system's calls
 * @param regions memory for them
 * @param loop the thread that waits
 * @param reaper asks how a child has ended
 * @param environment this process's
 * @param defaultSignals those that a child starts with their default, as bits
 */
record Machine(
    Kernel kernel,
    Regions regions,
    Loop loop,
    Reaper reaper,
    EnvironmentBlock environment,
    long defaultSignals) {

  /**
   * Puts SIGCHLD right and starts the loop.
   *
   * @throws IOException if no descriptors are left; nothing stays open then
   */
  static Machine start(Kernel kernel, Regions regions) throws IOException {
    long defaults = Dispositions.settle(kernel);
    EnvironmentBlock environment = EnvironmentBlock.of(kernel);
    Reaper reaper = new Reaper(kernel);
    return new Machine(kernel, regions, Loop.start(kernel), reaper, environment, defaults);
  }
}
