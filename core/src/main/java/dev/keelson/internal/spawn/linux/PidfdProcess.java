/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SentSignals;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.spawn.tree.FreezeWalk;
import java.io.IOException;
import java.time.Instant;
import javax.annotation.Nullable;

/** A process that the portable engine started and the JDK reaps, signalled by its pidfd. */
final class PidfdProcess implements Spawned {

  private static final int TERM = 15;

  private final Spawned process;
  private final @Nullable Pidfd hold;
  private final @Nullable String cookie;
  private final Kernel kernel;
  private final SentSignals sent = new SentSignals();

  /** Closes the hold when the process has ended; null where that was so already. */
  PidfdProcess(Spawned process, @Nullable Pidfd hold, @Nullable String cookie, Kernel kernel) {
    this.process = process;
    this.hold = hold;
    this.cookie = cookie;
    this.kernel = kernel;
    if (hold != null) {
      process.onExit(hold::close);
    }
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Instant startedAt() {
    return process.startedAt();
  }

  @Override
  public @Nullable ExitReport exit() {
    ExitReport report = process.exit();
    return report != null && report.kind() == ExitReport.Kind.EXITED
        ? sent.report(report.value())
        : report;
  }

  @Override
  public boolean awaitExit(long nanos) throws InterruptedException {
    return process.awaitExit(nanos);
  }

  @Override
  public void onExit(Runnable action) {
    process.onExit(action);
  }

  @Override
  public boolean signal(int signal) throws IOException {
    if (hold == null || process.exit() != null) {
      return false;
    }
    sent.note(signal);
    int answer = hold.signalled(signal);
    if (answer == 0 || answer == -Linux.ESRCH) {
      return answer == 0;
    }
    throw Failures.cannotSignal(kernel, pid(), signal, answer);
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    sent.note(TERM);
    sent.note(Linux.SIGKILL);
    return FreezeWalk.end(pid(), hold, false, cookie, new Pidfds(kernel), how);
  }

  @Override
  public boolean isHeld() {
    return process.isHeld();
  }

  @Override
  public ProcessHandle toHandle() {
    return process.toHandle();
  }

  @Override
  public @Nullable WriteEnd stdin() {
    return process.stdin();
  }

  @Override
  public @Nullable ReadEnd stdout() {
    return process.stdout();
  }

  @Override
  public @Nullable ReadEnd stderr() {
    return process.stderr();
  }
}
