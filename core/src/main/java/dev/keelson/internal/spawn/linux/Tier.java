/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.linux.SpawnPlan;

/**
 * How much of this engine a system allows: found out call by call, as versions say little about
 * what a filter refuses.
 *
 * @param level how much
 * @param why what is missing; empty if nothing is
 */
public record Tier(Level level, String why) {

  /** How much. */
  public enum Level {
    /** Everything. */
    FULL,
    /** Processes have to be started otherwise; signals go by pidfds. */
    PIDFDS_ONLY,
    /** Not even that. */
    NOTHING
  }

  private static final int ROOM = 256;
  private static final int STRINGS = 64;

  /** Tries every call that matters, on this process and on a program that cannot exist. */
  public static Tier of(Kernel kernel) {
    String pidfds = pidfds(kernel);
    if (!pidfds.isEmpty()) {
      return new Tier(Level.NOTHING, pidfds);
    }
    String spawns = spawns(kernel);
    return spawns.isEmpty() ? new Tier(Level.FULL, "") : new Tier(Level.PIDFDS_ONLY, spawns);
  }

  private static String pidfds(Kernel kernel) {
    int self = kernel.pidfdOpen((int) ProcessHandle.current().pid());
    if (isShortage(self)) {
      return ""; // says nothing against the system: the starts will tell of it themselves
    }
    if (self < 0) {
      return refused("pidfd_open", self, kernel);
    }
    try {
      int sent = kernel.pidfdSendSignal(self, 0);
      if (sent < 0) {
        return refused("pidfd_send_signal", sent, kernel);
      }
      Region region = kernel.allocate(ROOM);
      int waited = kernel.waitid(Linux.P_PIDFD, self, region, 0, Linux.WEXITED | Linux.WNOHANG, -1);
      // Nobody is a child of itself.
      return waited == -Linux.ECHILD ? "" : refused("waitid of a pidfd", waited, kernel);
    } finally {
      kernel.close(self);
    }
  }

  private static boolean isShortage(int answer) {
    return answer == -Linux.EMFILE || answer == -Linux.ENFILE || answer == -Linux.ENOMEM;
  }

  /** Whether a process can be started and has its descriptors closed; empty if so. */
  private static String spawns(Kernel kernel) {
    Region region = kernel.allocate(ROOM);
    SpawnPlan plan = new SpawnPlan(region);
    plan.path = STRINGS;
    plan.arguments = 0;
    region.bytes().putLong(0, region.address() + STRINGS);
    plan.environment = 2 * Long.BYTES;
    Text.put(region, STRINGS, Text.encode("/dev/null/none"));
    plan.stdin = SpawnPlan.INHERIT;
    plan.stdout = SpawnPlan.INHERIT;
    plan.stderr = SpawnPlan.INHERIT;
    plan.ownSession = true;
    int answer = kernel.spawn(plan);
    return switch (-answer) {
      case Linux.EPERM, Linux.EACCES, Linux.ENOSYS, Linux.EINVAL ->
          refused("posix_spawn with addclosefrom_np", answer, kernel);
      default -> "";
    };
  }

  private static String refused(String call, int answer, Kernel kernel) {
    return call + " does not work here (" + kernel.message(-answer) + ")";
  }
}
