/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

/**
 * A command's deadline passed, or it wrote nothing for its idle timeout. Its tree was ended, unless
 * the command itself had exited and only a descendant still held its output: that is left alone.
 */
public class CommandTimedOutException extends CommandException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception of a launcher's.
   *
   * @param command the command, with secrets masked
   * @param message the whole message
   * @param result how far the command got
   */
  public CommandTimedOutException(String command, String message, Result result) {
    super(command, message, result, null);
  }
}
