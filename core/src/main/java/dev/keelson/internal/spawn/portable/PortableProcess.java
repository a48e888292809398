/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.spawn.tree.TreeEnder;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;

/** A process that {@link ProcessBuilder} started and the JDK reaps. */
final class PortableProcess implements Spawned {

  private static final int SIGNAL_BASE = 128;
  private static final int KILL = 9;
  private static final int TERM = 15;
  private static final int LAST_SIGNAL = 64;

  private final Process process;
  private final Instant startedAt;
  private final @Nullable String cookie;
  private final @Nullable WriteEnd stdin;
  private final @Nullable ReadEnd stdout;
  private final @Nullable ReadEnd stderr;

  /** A bit for each signal that was sent, set before it was. */
  private final AtomicLong sent = new AtomicLong();

  PortableProcess(
      Process process, Instant startedAt, @Nullable String cookie, PipeSource.Wiring wiring) {
    this.process = process;
    this.startedAt = startedAt;
    this.cookie = cookie;
    stdin = wiring.stdin();
    stdout = wiring.stdout();
    stderr = wiring.stderr();
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Instant startedAt() {
    return startedAt;
  }

  /**
   * The JDK says 128 + n both for signal n and for an exit with that code. A signal is reported
   * only where we sent that one, and so know better than to guess.
   */
  @Override
  public @Nullable ExitReport exit() {
    if (process.isAlive()) {
      return null;
    }
    int code = process.exitValue();
    int signal = code - SIGNAL_BASE;
    boolean ours = signal > 0 && signal <= LAST_SIGNAL && (sent.get() & bit(signal)) != 0;
    return ours ? ExitReport.signaled(signal) : ExitReport.exited(code);
  }

  @Override
  public boolean awaitExit(long nanos) throws InterruptedException {
    return process.waitFor(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void onExit(Runnable action) {
    ExitWatch.watch(process, action);
  }

  @Override
  public boolean signal(int signal) throws IOException {
    if (!process.isAlive()) {
      return false;
    }
    noteSent(signal);
    switch (signal) {
      // By the handle: Process.destroy closes the streams as well, and what they still hold is
      // lost.
      case TERM -> {
        return process.toHandle().destroy();
      }
      case KILL -> {
        return process.toHandle().destroyForcibly();
      }
      default -> {
        OtherSignals.send(process, signal);
        return true;
      }
    }
  }

  private void noteSent(int signal) {
    sent.getAndUpdate(bits -> bits | bit(signal));
  }

  private static long bit(int signal) {
    return 1L << (signal - 1);
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    noteSent(TERM);
    noteSent(KILL);
    return TreeEnder.end(process.toHandle(), !process.isAlive(), cookie, how);
  }

  @Override
  public ProcessHandle toHandle() {
    return process.toHandle();
  }

  @Override
  public @Nullable WriteEnd stdin() {
    return stdin;
  }

  @Override
  public @Nullable ReadEnd stdout() {
    return stdout;
  }

  @Override
  public @Nullable ReadEnd stderr() {
    return stderr;
  }
}
