/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.process.ExitStatus;
import dev.keelson.testkit.internal.fake.Trail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One launch of a fake process, as it was and as it went on. Safe for use by multiple threads; what
 * changes while the process lives is read anew by each call.
 */
public final class FakeCall {

  private final Trail trail;

  FakeCall(Trail trail) {
    this.trail = trail;
  }

  /**
   * A signal that was sent to a fake process.
   *
   * @param name such as {@code "TERM"}, or its number where it has no name
   * @param at when, on the launcher's clock
   */
  public record Signal(String name, Duration at) {}

  /** Program and arguments, secrets included. */
  public List<String> words() {
    return trail.launch().words();
  }

  /** Its working directory. */
  public Path directory() {
    return trail.launch().directory();
  }

  /** How its environment differs from this process's: empty where a variable is removed. */
  public Map<String, Optional<String>> environmentChanges() {
    return trail.launch().environmentChanges();
  }

  /** The pid it was given. */
  public long pid() {
    return trail.pid();
  }

  /** When it was started, on the launcher's clock. */
  public Duration startedAt() {
    return trail.startedAt();
  }

  /** What was written to its standard input so far, whether it read it or not. */
  public byte[] stdin() {
    return trail.stdin();
  }

  /** The same as text, in UTF-8. */
  public String stdinText() {
    return new String(stdin(), StandardCharsets.UTF_8);
  }

  /** The signals that it was sent, in order. */
  public List<Signal> signals() {
    return trail.signals((number, at) -> new Signal(Signals.name(number), at));
  }

  /** How it ended; empty while it runs. */
  public Optional<ExitStatus> status() {
    ExitReport report = trail.exit();
    if (report == null) {
      return Optional.empty();
    }
    return Optional.of(
        report.kind() == ExitReport.Kind.SIGNALED
            ? new ExitStatus.Signaled(report.value(), report.coreDumped())
            : new ExitStatus.Exited(report.value()));
  }

  /** As a shell line with secrets masked. */
  @Override
  public String toString() {
    return trail.launch().shown();
  }
}
