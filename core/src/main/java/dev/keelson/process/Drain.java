/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.threads.Durations;
import java.time.Duration;

/**
 * What to do with a child's output when the child itself is gone but something it started still
 * holds the pipe. Immutable.
 *
 * <p>Whatever is chosen, the command's deadline ends the wait as well, a descendant is never ended
 * for holding a pipe, and {@link Result#outputIncomplete()} says whether the pipe was left before
 * its end of file.
 */
public final class Drain {

  private static final Drain UNTIL_EOF = new Drain("untilEof", Durations.NEVER);
  private static final Drain UNTIL_EXIT = new Drain("untilExit", 0);

  private final String name;
  private final long nanos;

  private Drain(String name, long nanos) {
    this.name = name;
    this.nanos = nanos;
  }

  /**
   * Waits for the end of file for at most {@code patience} after the child's exit. The default,
   * with two seconds.
   *
   * @throws IllegalArgumentException if {@code patience} is negative
   */
  public static Drain graceful(Duration patience) {
    long nanos = Durations.nanos("patience", patience);
    return new Drain("graceful(" + patience + ")", nanos);
  }

  /** Waits for the end of file however long that takes. */
  public static Drain untilEof() {
    return UNTIL_EOF;
  }

  /** Takes what was written before the child's exit and does not wait at all. */
  public static Drain untilExit() {
    return UNTIL_EXIT;
  }

  long nanos() {
    return nanos;
  }

  @Override
  public String toString() {
    return name;
  }
}
