/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** Another engine with a bug planted in it, of those that were seen in the wild. */
record MutantEngine(SpawnEngine engine, Bug bug) implements SpawnEngine {

  enum Bug {
    NONE,
    /** A child that signal 9 ended is said to have exited with code 9. */
    TAKES_A_SIGNAL_FOR_AN_EXIT_CODE,
    /** A program that cannot be started is said to have exited with code 127. */
    TAKES_A_FAILED_START_FOR_AN_EXIT,
    /** What is written to the child arrives nowhere. */
    LOSES_INPUT
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public Map<Trait, TraitSupport> traits() {
    return engine.traits();
  }

  @Override
  public Time time() {
    return engine.time();
  }

  @Override
  public Link link() throws IOException {
    return engine.link();
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    try {
      return new MutantSpawned(engine.spawn(request), bug);
    } catch (IOException e) {
      if (bug != Bug.TAKES_A_FAILED_START_FOR_AN_EXIT) {
        throw e;
      }
      return new MutantSpawned(engine.spawn(exiting(request)), bug);
    }
  }

  private static SpawnRequest exiting(SpawnRequest request) {
    return new SpawnRequest(
        List.of("/bin/sh", "-c", "exit 127"),
        request.environment(),
        null,
        request.stdin(),
        request.stdout(),
        request.stderr(),
        request.mergeStderr(),
        request.ownSession(),
        request.cookie(),
        request.shown());
  }

  private record MutantSpawned(Spawned process, Bug bug) implements Spawned {

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
      return bug == Bug.TAKES_A_SIGNAL_FOR_AN_EXIT_CODE
              && report != null
              && report.kind() == ExitReport.Kind.SIGNALED
          ? ExitReport.exited(report.value())
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
      WriteEnd end = process.stdin();
      return end == null || bug != Bug.LOSES_INPUT ? end : new LosingEnd(end);
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

  private record LosingEnd(WriteEnd end) implements WriteEnd {

    @Override
    public int offer(byte[] source, int offset, int length) {
      return length;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      // lost
    }

    @Override
    public void writeUninterruptibly(byte[] source, int offset, int length) {
      // lost
    }

    @Override
    public void close() {
      end.close();
    }
  }
}
