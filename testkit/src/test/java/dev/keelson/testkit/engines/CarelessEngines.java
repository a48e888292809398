/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.portable.PortableEngine;

/** The linux engine with a bug planted in it, by a system that hides from it what it looks for. */
public final class CarelessEngines {

  private CarelessEngines() {}

  /** Does not see that a descriptor is not open. */
  public static SpawnEngine overlookingEbadf() {
    return LinuxEngine.create(
        RefusingKernel.judged(
            (call, arguments, real) -> {
              Object answer = real.make();
              boolean isBad = answer.equals(-Linux.EBADF);
              return switch (call) {
                case "read", "pidfdSendSignal" -> isBad ? 0 : answer;
                case "write" -> isBad ? arguments[3] : answer;
                default -> answer;
              };
            }),
        PortableEngine.create());
  }
}
