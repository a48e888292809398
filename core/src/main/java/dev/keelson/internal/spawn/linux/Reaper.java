/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.ExitReport;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import javax.annotation.Nullable;

/** Asks the kernel how a child has ended, by its pidfd. */
final class Reaper {

  /** What is known of a child whose status somebody else has taken. */
  static final String STOLEN =
      "another part of this process reaped the child, or had the kernel reap it (SIGCHLD ignored);"
          + " its status is lost";

  private final Kernel kernel;
  private final Regions regions;

  Reaper(Kernel kernel, Regions regions) {
    this.kernel = kernel;
    this.regions = regions;
  }

  /** Whether a pidfd means a child of this process that has not been reaped. */
  boolean isOurs(int pidfd) {
    Region region = regions.take();
    int answer =
        kernel.waitid(
            Linux.P_PIDFD, pidfd, region, 0, Linux.WEXITED | Linux.WNOHANG | Linux.WNOWAIT, -1);
    regions.give(region);
    return answer != -Linux.ECHILD;
  }

  /** Reaps it; null if it has not ended. */
  @Nullable
  ExitReport reap(int pidfd) {
    Region region = regions.take();
    try {
      int options = Linux.WEXITED | Linux.WNOHANG;
      int answer = -Linux.EINTR;
      while (answer == -Linux.EINTR) {
        region.bytes().putLong(SI_PID_WORD, 0);
        answer = kernel.waitid(Linux.P_PIDFD, pidfd, region, 0, options, Layout.SIGINFO);
      }
      if (answer < 0) {
        return ExitReport.unknown(
            answer == -Linux.ECHILD ? STOLEN : "waitid: " + kernel.message(-answer));
      }
      return Layout.pid(region, 0) == 0 ? null : report(region);
    } finally {
      regions.give(region);
    }
  }

  private static final int SI_PID_WORD = 16;

  private static ExitReport report(Region region) {
    int how = Layout.endedBy(region, 0);
    return new ExitReport(
        how == Linux.CLD_EXITED ? ExitReport.Kind.EXITED : ExitReport.Kind.SIGNALED,
        Layout.status(region, 0),
        how == Linux.CLD_DUMPED,
        "",
        Optional.of(Duration.ofNanos(1000 * Layout.cpuMicros(region, Layout.SIGINFO))),
        OptionalLong.of(Layout.maxRss(region, Layout.SIGINFO)));
  }
}
