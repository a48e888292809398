/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/** A command ended in a way that {@link Command#expectExit} did not name. */
public class CommandFailedException extends CommandException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception of a launcher's.
   *
   * @param command the command, with secrets masked
   * @param message the whole message
   * @param result how far the command got
   */
  public CommandFailedException(String command, String message, Result result) {
    super(command, message, result, null);
  }
}
