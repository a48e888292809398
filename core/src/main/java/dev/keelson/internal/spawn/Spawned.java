/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;
import java.time.Instant;
import javax.annotation.Nullable;

/**
 * A process that an engine has started. Safe for use by multiple threads.
 *
 * <p>Memory consistency effects: whatever the engine learnt of the end <i>happens-before</i> {@link
 * #awaitExit} returns true, {@link #exit} returns a report, and an action given to {@link #onExit}
 * runs.
 *
 * <p>Resources. The process is reaped by the engine whether or not anybody waits. Its pipe ends
 * stay open until they are closed by whoever uses them.
 */
public interface Spawned {

  /** Its pid, which may belong to another process once {@link #exit} is not null. */
  long pid();

  /** When it was started, by the system's clock. */
  Instant startedAt();

  /** How it ended, or null while it runs. */
  @Nullable
  ExitReport exit();

  /**
   * Waits until it has ended and been reaped.
   *
   * @param nanos how long at the most; zero or less only looks
   * @return whether it has ended
   */
  boolean awaitExit(long nanos) throws InterruptedException;

  /**
   * Runs {@code action} once, soon after the end, on a thread of the engine's or, if it has ended
   * already, on this one.
   */
  void onExit(Runnable action);

  /**
   * Sends a signal to the process itself.
   *
   * @return false if it had ended, and nothing was sent
   * @throws IOException if the system, or this engine on this system, cannot send that signal
   */
  boolean signal(int signal) throws IOException;

  /**
   * Ends the process and everything it started that can still be found; returns when that is done
   * or given up. Never interrupted.
   */
  TreeReport endTree(TreeEnding how);

  /**
   * Whether the system keeps it, at this moment, from ending although it was sent KILL: it is in an
   * operation that no signal ends, or a debugger has not let go of it. True also where the system
   * does not tell; false where it only takes its time.
   */
  boolean isHeld();

  /** A handle of the JDK's on it. */
  ProcessHandle toHandle();

  /** Our end of its standard input, where that is a pipe. */
  @Nullable
  WriteEnd stdin();

  /** Our end of its standard output, where that is a pipe. */
  @Nullable
  ReadEnd stdout();

  /** Our end of its standard error, where that is a pipe of its own. */
  @Nullable
  ReadEnd stderr();
}
