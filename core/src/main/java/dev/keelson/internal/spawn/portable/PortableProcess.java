/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SentSignals;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.spawn.tree.Held;
import dev.keelson.internal.spawn.tree.TreeEnder;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/** A process that {@link ProcessBuilder} started and the JDK reaps. */
final class PortableProcess implements Spawned {

  private static final int KILL = 9;
  private static final int TERM = 15;

  private final Process process;
  private final Instant startedAt;
  private final @Nullable String cookie;
  private final @Nullable WriteEnd stdin;
  private final @Nullable ReadEnd stdout;
  private final @Nullable ReadEnd stderr;

  private final SentSignals sent = new SentSignals();

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

  @Override
  public @Nullable ExitReport exit() {
    return process.isAlive() ? null : sent.report(process.exitValue());
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
    sent.note(signal);
    switch (signal) {
      // By the handle: Process.destroy closes the streams as well, and what they still hold is
      // lost.
      case TERM -> {
        return delivered(process.toHandle().destroy());
      }
      case KILL -> {
        return delivered(process.toHandle().destroyForcibly());
      }
      default -> {
        OtherSignals.send(process, signal);
        return true;
      }
    }
  }

  /**
   * The JDK does not say why it could not be sent: there is nobody, or it is not allowed. The
   * handle looks at the process; the child's own {@code isAlive} hears of its end a moment later.
   */
  private boolean delivered(boolean done) throws IOException {
    if (!done && process.toHandle().isAlive()) {
      throw new IOException("pid " + pid() + " may not be signalled, as another user's perhaps");
    }
    return done;
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    sent.note(TERM);
    sent.note(KILL);
    return TreeEnder.end(process.toHandle(), !process.isAlive(), cookie, how);
  }

  @Override
  public boolean isHeld() {
    return Held.isHeld(pid());
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
