/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/** A handle of the JDK's on a fake process. */
final class FakeHandle implements ProcessHandle {

  private final Proc process;

  FakeHandle(Proc process) {
    this.process = process;
  }

  @Override
  public long pid() {
    return process.pid;
  }

  @Override
  public Optional<ProcessHandle> parent() {
    return Optional.empty();
  }

  @Override
  public Stream<ProcessHandle> children() {
    return living(process.children());
  }

  @Override
  public Stream<ProcessHandle> descendants() {
    List<Proc> all = new ArrayList<>();
    process.collect(all);
    all.remove(process);
    return living(all);
  }

  private static Stream<ProcessHandle> living(List<Proc> all) {
    return all.stream().filter(each -> !each.hasEnded()).map(each -> new FakeHandle(each));
  }

  @Override
  public Info info() {
    return new FakeInfo(process.launch.words());
  }

  @Override
  public CompletableFuture<ProcessHandle> onExit() {
    CompletableFuture<ProcessHandle> future = new CompletableFuture<>();
    process.onExit(() -> future.complete(this));
    return future;
  }

  @Override
  public boolean supportsNormalTermination() {
    return true;
  }

  @Override
  public boolean destroy() {
    return process.signal(Signals.TERM);
  }

  @Override
  public boolean destroyForcibly() {
    return process.signal(Signals.KILL);
  }

  @Override
  public boolean isAlive() {
    return !process.hasEnded();
  }

  @Override
  public int compareTo(ProcessHandle other) {
    return Long.compare(pid(), other.pid());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FakeHandle handle && handle.process == process;
  }

  @Override
  public int hashCode() {
    return process.hashCode();
  }

  private record FakeInfo(List<String> words) implements Info {
    @Override
    public Optional<String> command() {
      return Optional.of(words.get(0));
    }

    @Override
    public Optional<String> commandLine() {
      return Optional.empty();
    }

    @Override
    public Optional<String[]> arguments() {
      return Optional.empty();
    }

    @Override
    public Optional<Instant> startInstant() {
      return Optional.empty();
    }

    @Override
    public Optional<Duration> totalCpuDuration() {
      return Optional.empty();
    }

    @Override
    public Optional<String> user() {
      return Optional.empty();
    }
  }
}
