/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Daemons;

/** Leaves nothing of a process that was started and that nobody will ever know of. */
final class Discard {

  private static final int MOST_TRIES = 500;

  /** Ends its tree and closes our ends of its pipes. Throws nothing. */
  void process(Spawned process) {
    for (int tries = 0; ; tries++) {
      try {
        var unused = process.endTree(new TreeEnding(0));
        closeEnds(process);
        return;
      } catch (RuntimeException | Error e) {
        if (tries == MOST_TRIES) {
          return;
        }
        Daemons.awaitMemory();
      }
    }
  }

  /** Closes our ends, whoever uses them. */
  static void closeEnds(Spawned process) {
    WriteEnd stdin = process.stdin();
    if (stdin != null) {
      stdin.close();
    }
    ReadEnd stdout = process.stdout();
    if (stdout != null) {
      stdout.close();
    }
    ReadEnd stderr = process.stderr();
    if (stderr != null) {
      stderr.close();
    }
  }
}
