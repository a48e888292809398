/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/**
 * A command wrote more than {@link Command#maxOutput} allows. Its tree was ended; {@link #result}
 * has what was captured until then.
 */
public class OutputLimitException extends CommandException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception of a launcher's.
   *
   * @param command the command, with secrets masked
   * @param message the whole message
   * @param result how far the command got
   */
  public OutputLimitException(String command, String message, Result result) {
    super(command, message, result, null);
  }
}
