/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import java.time.Instant;
import javax.annotation.Nullable;

/** A process of a {@link FaultyEngine}. */
final class FaultySpawned implements Spawned {

  private final Spawned process;
  private final FaultyEngine engine;
  private final @Nullable ReadEnd stdout;
  private final @Nullable ReadEnd stderr;
  private final @Nullable WriteEnd stdin;

  FaultySpawned(Spawned process, FaultyEngine engine) {
    this.process = process;
    this.engine = engine;
    stdout = process.stdout() == null ? null : new FaultyReadEnd(process.stdout(), engine);
    stderr = process.stderr();
    stdin = process.stdin() == null ? null : new FaultyWriteEnd(process.stdin(), engine);
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
    engine.error(Fault.ON_EXIT);
    process.onExit(action);
  }

  @Override
  public boolean signal(int signal) throws IOException {
    engine.io(Fault.SIGNAL);
    return process.signal(signal);
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    engine.unchecked(Fault.END_TREE_THROWS);
    engine.error(Fault.END_TREE_FAILS_WITH_AN_ERROR);
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

  private record FaultyWriteEnd(WriteEnd end, FaultyEngine engine) implements WriteEnd {
    private static final int SMALL = 4096;

    @Override
    public int offer(byte[] source, int offset, int length) throws IOException {
      engine.io(Fault.FIRST_OFFER);
      // Never all of it, however quick the child reads: the rest is for write.
      return end.offer(source, offset, Math.min(length, SMALL));
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      engine.io(Fault.WRITE);
      end.write(source, offset, length);
    }

    @Override
    public void writeUninterruptibly(byte[] source, int offset, int length) throws IOException {
      engine.io(Fault.WRITE);
      end.writeUninterruptibly(source, offset, length);
    }

    @Override
    public void close() {
      end.close();
    }
  }
}
