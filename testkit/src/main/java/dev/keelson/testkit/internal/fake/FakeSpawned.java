/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.spawn.WriteEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** A fake process as a launcher sees it. */
final class FakeSpawned implements Spawned {

  private final Proc process;
  private final VirtualClock clock;
  private final Instant startedAt = Instant.now();
  private final @Nullable WriteEnd stdin;
  private final @Nullable ReadEnd stdout;
  private final @Nullable ReadEnd stderr;

  FakeSpawned(
      Proc process,
      VirtualClock clock,
      @Nullable WriteEnd stdin,
      @Nullable ReadEnd stdout,
      @Nullable ReadEnd stderr) {
    this.process = process;
    this.clock = clock;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  @Override
  public long pid() {
    return process.pid;
  }

  @Override
  public Instant startedAt() {
    return startedAt;
  }

  @Override
  public @Nullable ExitReport exit() {
    return process.exit();
  }

  @Override
  public boolean awaitExit(long nanos) throws InterruptedException {
    return clock.await(process::hasEnded, clock.after(nanos), clock.drives());
  }

  @Override
  public void onExit(Runnable action) {
    process.onExit(action);
  }

  @Override
  public boolean signal(int signal) {
    return process.signal(signal);
  }

  @Override
  public TreeReport endTree(TreeEnding how) {
    Map<Proc, Integer> asked = new LinkedHashMap<>();
    send(asked, how.graceIsOver() ? Signals.KILL : Signals.TERM);
    awaitGone(how);
    while (living().size() > 0) {
      send(asked, Signals.KILL);
    }
    return new TreeReport(
        asked.entrySet().stream()
            .map(
                entry ->
                    new TreeReport.Member(
                        entry.getKey().pid, entry.getKey().launch.words().get(0), entry.getValue()))
            .toList(),
        List.of());
  }

  private void send(Map<Proc, Integer> asked, int signal) {
    for (Proc member : living()) {
      if (member.signal(signal)) {
        asked.put(member, signal);
      }
    }
  }

  private List<Proc> living() {
    List<Proc> all = new ArrayList<>();
    process.collect(all);
    all.removeIf(Proc::hasEnded);
    return all;
  }

  /** An ending is waited for by somebody, be it on a worker: it lets time pass. */
  private void awaitGone(TreeEnding how) {
    boolean interrupted = false;
    while (!living().isEmpty() && !how.graceIsOver()) {
      try {
        clock.await(
            () -> living().isEmpty() || how.graceIsOver(), clock.after(how.graceLeft()), true);
      } catch (InterruptedException e) {
        interrupted = true;
        if (how.isImpatient()) {
          how.hurry();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isHeld() {
    return false;
  }

  @Override
  public ProcessHandle toHandle() {
    return new FakeHandle(process);
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
