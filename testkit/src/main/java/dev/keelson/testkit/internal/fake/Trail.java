/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import javax.annotation.Nullable;

/** What is remembered of a fake process. Safe for use by multiple threads. */
public final class Trail {

  private final Proc process;
  private final @Nullable FakePipe stdin;

  Trail(Proc process, @Nullable FakePipe stdin) {
    this.process = process;
    this.stdin = stdin;
  }

  public Launch launch() {
    return process.launch;
  }

  public long pid() {
    return process.pid;
  }

  /** When it began, by the virtual clock. */
  public Duration startedAt() {
    return Duration.ofNanos(process.startedAt);
  }

  /** What was written to its standard input, read or not. */
  public byte[] stdin() {
    return stdin == null ? new byte[0] : stdin.history();
  }

  /** The signals that were sent to it, each by its number and time. */
  public <T> List<T> signals(BiFunction<Integer, Duration, T> make) {
    return process.sent().stream()
        .map(sent -> make.apply(sent.number(), Duration.ofNanos(sent.at())))
        .toList();
  }

  /** Ends it and those it forked. */
  public void end() {
    List<Proc> all = new ArrayList<>();
    process.collect(all);
    for (Proc each : all) {
      boolean unused = each.signal(Signals.KILL);
    }
  }

  /** How it ended, or null while it runs. */
  public @Nullable ExitReport exit() {
    return process.exit();
  }
}
