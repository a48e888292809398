/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import java.io.IOException;

/** Starts real processes, in real time. */
final class RealSpawned {

  private RealSpawned() {}

  static Spawned spawn(SpawnEngine real, SpawnRequest request, VirtualClock clock)
      throws IOException {
    if (request.stdin() instanceof Stdio.Linked || request.stdout() instanceof Stdio.Linked) {
      throw new IOException(
          "a member of a pipeline cannot be passed through: the pipes between its members are fake");
    }
    clock.becomeReal();
    return real.spawn(request);
  }
}
