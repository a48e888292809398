/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.SpawnPlan;
import dev.keelson.internal.spawn.SpawnRequest;

/**
 * Tries a program where it may be, as the JDK does: what is not there is passed over; what may not
 * be executed is passed over and remembered, in case that there is no other; a file without a known
 * format is a script for the shell; anything else is an answer.
 */
final class Starter {

  private final Kernel kernel;

  Starter(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The pid, or the error number with its sign changed. */
  int start(SpawnRequest request, LaunchBlock block) {
    String program = request.command().get(0);
    if (program.isEmpty()) {
      return -Linux.ENOENT;
    }
    boolean denied = false;
    int last = -Linux.ENOENT;
    boolean isPath = program.indexOf('/') >= 0;
    for (byte[] prefix : ProgramSearch.prefixes(program)) {
      int probe = block.setProgram(prefix);
      // To look first is cheaper than to start a process that finds nothing.
      int answer = isPath ? 0 : kernel.access(block.region(), probe);
      if (answer == 0) {
        answer = start(block);
      }
      if (answer > 0) {
        return answer;
      }
      last = answer;
      if (-answer == Linux.EACCES) {
        denied = true;
      } else if (!isNotThere(-answer)) {
        return answer;
      }
    }
    return denied ? -Linux.EACCES : last;
  }

  private int start(LaunchBlock block) {
    SpawnPlan plan = block.plan();
    int answer = kernel.spawn(plan);
    if (answer == -Linux.ENOEXEC) {
      block.useShell();
      answer = kernel.spawn(plan);
    }
    return answer;
  }

  private static boolean isNotThere(int errno) {
    return switch (errno) {
      case Linux.ENOENT,
          Linux.ENOTDIR,
          Linux.ELOOP,
          Linux.ESTALE,
          Linux.ENODEV,
          Linux.ETIMEDOUT,
          Linux.ENAMETOOLONG ->
          true;
      default -> false;
    };
  }
}
