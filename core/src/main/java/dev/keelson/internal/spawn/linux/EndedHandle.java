/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The handle of a process that was reaped before anybody asked for one: the JDK makes none for it
 * any more. It is equal to no handle of the JDK's, as a handle that was taken in time would not be
 * equal to that of the pid's next owner.
 */
final class EndedHandle implements ProcessHandle {

  private final long pid;

  EndedHandle(long pid) {
    this.pid = pid;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public Optional<ProcessHandle> parent() {
    return Optional.empty();
  }

  @Override
  public Stream<ProcessHandle> children() {
    return Stream.empty();
  }

  @Override
  public Stream<ProcessHandle> descendants() {
    return Stream.empty();
  }

  @Override
  public Info info() {
    return NoInfo.INSTANCE;
  }

  @Override
  public CompletableFuture<ProcessHandle> onExit() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public boolean supportsNormalTermination() {
    return true;
  }

  @Override
  public boolean destroy() {
    return false;
  }

  @Override
  public boolean destroyForcibly() {
    return false;
  }

  @Override
  public boolean isAlive() {
    return false;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(pid);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int compareTo(ProcessHandle other) {
    return Long.compare(pid, other.pid());
  }

  @Override
  public String toString() {
    return Long.toString(pid);
  }

  private enum NoInfo implements Info {
    INSTANCE;

    @Override
    public Optional<String> command() {
      return Optional.empty();
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
