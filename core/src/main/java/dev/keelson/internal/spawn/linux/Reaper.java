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
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;
import javax.annotation.concurrent.GuardedBy;

/** Asks the kernel how a child has ended, by its pidfd. Safe for use by multiple threads. */
final class Reaper {

  /** What is known of a child whose status somebody else has taken. */
  static final String STOLEN =
      "another part of this process reaped the child, or had the kernel reap it (SIGCHLD ignored);"
          + " its status is lost";

  /*
   * Exactly once
   * ------------
   * A child is reaped by its pidfd, by the last one who leaves its count (see Counted and LinuxChild): before that every signal and
   * every look at its tree is over, and none begins any more. The call names one process and takes one status, so it cannot take
   * that of a child of the JDK's or of another library's, as a wait for anybody would. If it finds nobody (ECHILD), somebody else
   * has waited for anybody, or the kernel reaps by itself because SIGCHLD is ignored: the status is lost, and that is reported.
   *
   * Its memory is its own. Whoever could not reap for want of memory would leave a zombie, and others waiting for ever. And it first
   * looks, and makes the report, and only then reaps: a status that was taken is nowhere else any more.
   */

  private static final int SI_PID_WORD = 16;

  private final Kernel kernel;
  private final ReentrantLock turn = new ReentrantLock();

  @GuardedBy("turn")
  private final Region memory;

  Reaper(Kernel kernel) {
    this.kernel = kernel;
    memory = kernel.allocate(Layout.SIGINFO + Layout.RUSAGE);
  }

  /** Whether a pidfd means a child of this process that has not been reaped. */
  boolean isOurs(int pidfd) {
    turn.lock();
    try {
      int options = Linux.WEXITED | Linux.WNOHANG | Linux.WNOWAIT;
      return kernel.waitid(Linux.P_PIDFD, pidfd, memory, 0, options, -1) != -Linux.ECHILD;
    } finally {
      turn.unlock();
    }
  }

  /** How it has ended; null if it has not. It is still to be reaped. */
  @Nullable
  ExitReport look(int pidfd) {
    turn.lock();
    try {
      int answer = waitFor(pidfd, Linux.WNOWAIT);
      if (answer < 0) {
        return ExitReport.unknown(
            answer == -Linux.ECHILD ? STOLEN : "waitid: " + kernel.message(-answer));
      }
      return Layout.pid(memory, 0) == 0 ? null : report(memory);
    } finally {
      turn.unlock();
    }
  }

  /** Reaps it, if that was not done. */
  void reap(int pidfd) {
    turn.lock();
    try {
      int unused = waitFor(pidfd, 0);
    } finally {
      turn.unlock();
    }
  }

  @GuardedBy("turn")
  private int waitFor(int pidfd, int how) {
    int options = Linux.WEXITED | Linux.WNOHANG | how;
    int answer = -Linux.EINTR;
    while (answer == -Linux.EINTR) {
      memory.bytes().putLong(SI_PID_WORD, 0);
      answer = kernel.waitid(Linux.P_PIDFD, pidfd, memory, 0, options, Layout.SIGINFO);
    }
    return answer;
  }

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
