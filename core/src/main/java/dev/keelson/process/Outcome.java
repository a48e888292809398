/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Signals;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * What came of an execution: its result, and why that is a failure if it is one.
 *
 * @param cause why it was ended, or {@link Cause#NONE}
 * @param failure what a consumer, sink or input threw
 */
record Outcome(Command command, long pid, Result result, Cause cause, @Nullable Throwable failure) {

  /** A new exception, so that each caller finds its own stack in it; null if all is well. */
  @Nullable
  CommandException exception() {
    return switch (cause) {
      case NONE -> unexpectedEnd();
      case TIMEOUT, IDLE ->
          new CommandTimedOutException(name(), message("timed out: " + cause.reason()), result);
      case OUTPUT_LIMIT ->
          new OutputLimitException(
              name(),
              message(
                  "wrote more than its maxOutput of "
                      + command.settings().maxOutput
                      + " bytes; raise that, use keepHeadAndTail, or send the output elsewhere"),
              result);
      case INTERRUPTED, CANCELLED, CLOSED, TERMINATED, JVM_EXIT ->
          new CommandCancelledException(name(), message("was ended: " + cause.reason()), result);
      case FAILED ->
          new CommandException(
              name(),
              message("was ended: " + cause.reason() + " (" + failure + ")"),
              result,
              failure);
    };
  }

  /** The result, or the exception thrown. */
  Result get() throws CommandException {
    CommandException exception = exception();
    if (exception != null) {
      throw exception;
    }
    return result;
  }

  private @Nullable CommandException unexpectedEnd() {
    Set<Integer> expected = command.settings().expected;
    if (expected == null
        || (result.status() instanceof ExitStatus.Exited exited
            && expected.contains(exited.code()))) {
      return null;
    }
    return new CommandFailedException(name(), message("failed: " + end()), result);
  }

  /** The status; a code that is a shell's, or the JDK's, way of telling a signal is explained. */
  private String end() {
    ExitStatus status = result.status();
    int signal = status instanceof ExitStatus.Exited exited ? exited.code() - 128 : 0;
    return signal > 0 && signal <= Signals.LAST
        ? status + ", or signal " + signal + Signals.suffix(signal)
        : status.toString();
  }

  private String name() {
    return command.toString();
  }

  private String message(String what) {
    return Messages.of(command, what, pid, result);
  }
}
