/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a process ended, as exactly as the engine knows.
 *
 * @param kind what is known
 * @param value the exit code or the number of the signal; nothing where the status is unknown
 * @param coreDumped whether a core was written, where the engine can tell
 * @param reason why the status is unknown; empty otherwise
 * @param cpuTime user and system time, where the engine can tell
 * @param maxRss largest resident set in bytes, where the engine can tell
 */
public record ExitReport(
    Kind kind,
    int value,
    boolean coreDumped,
    String reason,
    Optional<Duration> cpuTime,
    OptionalLong maxRss) {

  /** What is known of an end. */
  public enum Kind {
    /** It called exit. */
    EXITED,
    /** A signal ended it. */
    SIGNALED,
    /** It is gone and nobody can say how. */
    UNKNOWN
  }

  /** An exit with nothing known but its code. */
  public static ExitReport exited(int code) {
    return new ExitReport(Kind.EXITED, code, false, "", Optional.empty(), OptionalLong.empty());
  }

  /** An end by a signal with nothing known but its number. */
  public static ExitReport signaled(int signal) {
    return new ExitReport(Kind.SIGNALED, signal, false, "", Optional.empty(), OptionalLong.empty());
  }

  /** An end of which the status is lost. */
  public static ExitReport unknown(String reason) {
    return new ExitReport(Kind.UNKNOWN, 0, false, reason, Optional.empty(), OptionalLong.empty());
  }
}
