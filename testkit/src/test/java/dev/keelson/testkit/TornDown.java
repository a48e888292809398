/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.process.Teardown;
import java.util.List;

/** What a tree that forks owes its teardown, also where the machine is busy with others. */
public final class TornDown {

  private TornDown() {}

  /**
   * Waits until everybody is gone. Who ends a tree is kept waiting for a moment only; what that
   * leaves is reported as escaped, and chased on.
   */
  public static void awaitEnd(Teardown teardown) throws InterruptedException {
    Await.soon()
        .value(
            "those that escaped are chased: " + teardown,
            () ->
                teardown.escaped().stream().filter(member -> Procs.isAlive(member.pid())).toList(),
            List::isEmpty);
  }
}
