/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/**
 * A command was ended from outside: its launcher was closed, its future cancelled, its child
 * terminated, or this JVM exits.
 */
public class CommandCancelledException extends CommandException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception of a launcher's.
   *
   * @param command the command, with secrets masked
   * @param message the whole message
   * @param result how far the command got
   */
  public CommandCancelledException(String command, String message, Result result) {
    super(command, message, result, null);
  }
}
