/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import java.time.Instant;
import javax.annotation.Nullable;

/**
 * A process with only those of its pipes that are the user's: what Keelson itself carries is left
 * out.
 */
final class PipedView implements Spawned {

  private final Execution execution;
  private final Spawned process;

  PipedView(Execution execution) {
    this.execution = execution;
    process = execution.process();
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
    return process.exit();
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
    return process.signal(signal);
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    return process.endTree(how);
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
    return execution.command().settings().stdin.source() instanceof InputSource.Pipe
        ? process.stdin()
        : null;
  }

  @Override
  public @Nullable ReadEnd stdout() {
    return execution.out().isUsers() ? process.stdout() : null;
  }

  @Override
  public @Nullable ReadEnd stderr() {
    return execution.err().isUsers() ? process.stderr() : null;
  }
}
