/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import javax.annotation.Nullable;

/**
 * A command could not be run, or did not do what was expected of it. The message says which command
 * (secrets masked), in which directory, with which pid, for how long, what went wrong, and the head
 * and tail of its standard error.
 *
 * <p>The family: {@link LaunchException} if it could not be started, {@link CommandFailedException}
 * for an exit code that was not expected, {@link CommandTimedOutException}, {@link
 * OutputLimitException}, {@link CommandCancelledException}; and this class itself if a consumer, a
 * sink or an input of yours failed, which is then the cause.
 */
public class CommandException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String command;
  private final transient @Nullable Result result;

  /**
   * An exception of a launcher's.
   *
   * @param command the command as {@link Command#toString} says it, with secrets masked
   * @param message the whole message
   * @param result how far the command got
   * @param cause what was thrown, or null
   */
  public CommandException(
      String command, String message, Result result, @Nullable Throwable cause) {
    super(message, cause);
    this.command = requireNonNull(command, "command");
    this.result = requireNonNull(result, "result");
  }

  /** The command, as a shell line with secrets masked. */
  public String command() {
    return command;
  }

  /**
   * How far the command got: its status, output and teardown. Of an exception that was serialised,
   * nothing but the status unknown.
   */
  public Result result() {
    return result != null
        ? result
        : Result.builder().status(new ExitStatus.Unknown("lost in serialisation")).build();
  }
}
