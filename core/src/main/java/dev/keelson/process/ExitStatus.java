/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.Signals;

/**
 * How a process ended: by itself, by a signal, or in a way nobody can tell any more. Immutable.
 *
 * <p><b>Limitations.</b> On the portable engine {@code java.lang.Process} reports 128 + n both for
 * signal n and for an exit with that code. {@link Signaled} is given there only for a signal that
 * Keelson itself has sent, everything else is {@link Exited}; see {@link Guarantee#EXACT_STATUS}.
 */
public sealed interface ExitStatus {

  /**
   * It called exit.
   *
   * @param code its exit code
   */
  record Exited(int code) implements ExitStatus {
    @Override
    public String toString() {
      return "exit code " + code;
    }
  }

  /**
   * A signal ended it.
   *
   * @param signal the number of the signal
   * @param coreDumped whether a core was written, where the engine can tell
   */
  record Signaled(int signal, boolean coreDumped) implements ExitStatus {
    @Override
    public String toString() {
      return "signal " + signal + Signals.suffix(signal) + (coreDumped ? ", core dumped" : "");
    }
  }

  /**
   * It is gone, or was never there, and its status with it; or, in the {@link Result} of a child
   * whose tree was ended, the system keeps it although it was sent KILL. {@link Child#onExit} tells
   * how that one ends.
   *
   * @param reason why
   */
  record Unknown(String reason) implements ExitStatus {
    /** Checks the reason. */
    public Unknown {
      requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
      return "unknown status: " + reason;
    }
  }
}
