/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.List;
import javax.annotation.Nullable;

/**
 * A command could not be started. Nothing is left of the attempt. Each kind is a class of its own.
 *
 * <p>The cause is the system's own exception; {@link #errno()} its error number.
 */
public abstract sealed class LaunchException extends CommandException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  private LaunchException(Details details) {
    super(details.command, details.message, details.result, details.cause);
    errno = details.errno;
  }

  /** The system's error number, or 0 where there is none. */
  public int errno() {
    return errno;
  }

  /**
   * What every kind is made of.
   *
   * @param command the command, with secrets masked
   * @param message the whole message
   * @param errno the system's error number, or 0
   * @param result how far it got, which is not far
   * @param cause the system's exception
   */
  record Details(
      String command, String message, int errno, Result result, @Nullable Throwable cause) {}

  /** There is no such program, there or on the search path. */
  public static final class CommandNotFound extends LaunchException {
    private static final long serialVersionUID = 1L;
    private final String[] searched;

    CommandNotFound(Details details, List<String> searched) {
      super(details);
      this.searched = searched.toArray(String[]::new);
    }

    /** The directories that were searched; empty if the program was given with a path. */
    public List<String> searched() {
      return List.of(searched);
    }
  }

  /**
   * The program is there but may not be executed: no execute bit, a directory, or a file system
   * mounted noexec.
   */
  public static final class NotExecutable extends LaunchException {
    private static final long serialVersionUID = 1L;

    NotExecutable(Details details) {
      super(details);
    }
  }

  /** The working directory is missing, not a directory, or may not be entered. */
  public static final class BadWorkingDirectory extends LaunchException {
    private static final long serialVersionUID = 1L;

    BadWorkingDirectory(Details details) {
      super(details);
    }
  }

  /**
   * The program is there, but the interpreter that its first line names, or the loader it was
   * linked for, is not.
   */
  public static final class InterpreterMissing extends LaunchException {
    private static final long serialVersionUID = 1L;
    private final String interpreter;

    InterpreterMissing(Details details, String interpreter) {
      super(details);
      this.interpreter = interpreter;
    }

    /** The interpreter that is missing, or empty if the program does not say. */
    public String interpreter() {
      return interpreter;
    }
  }

  /** The file is no program for this system, and no script either. */
  public static final class BadFormat extends LaunchException {
    private static final long serialVersionUID = 1L;

    BadFormat(Details details) {
      super(details);
    }
  }

  /** Arguments and environment are too long for the system. */
  public static final class ArgumentListTooLong extends LaunchException {
    private static final long serialVersionUID = 1L;
    private final int index;

    ArgumentListTooLong(Details details, int index) {
      super(details);
      this.index = index;
    }

    /**
     * The place of the one argument that is too long by itself (0 is the program), or -1 if it is
     * all of them together.
     */
    public int index() {
      return index;
    }
  }

  /** No processes, descriptors or memory are left. It may work later. */
  public static final class ResourceLimit extends LaunchException {
    private static final long serialVersionUID = 1L;

    ResourceLimit(Details details) {
      super(details);
    }
  }

  /**
   * The program's file stayed open for writing for as long as the start was tried again, about a
   * second.
   */
  public static final class TextFileBusy extends LaunchException {
    private static final long serialVersionUID = 1L;

    TextFileBusy(Details details) {
      super(details);
    }
  }

  /**
   * Refused for another reason, which the message gives: the system's, a redirect file's, or one of
   * Keelson's own rules.
   */
  public static final class Refused extends LaunchException {
    private static final long serialVersionUID = 1L;

    Refused(Details details) {
      super(details);
    }
  }
}
