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

  private final Spawned process;
  private final Streams streams;

  PipedView(Execution execution) {
    process = execution.process();
    streams = execution.streams();
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
    return streams.usersInput();
  }

  @Override
  public @Nullable ReadEnd stdout() {
    return streams.usersOutput();
  }

  @Override
  public @Nullable ReadEnd stderr() {
    return streams.usersError();
  }
}
