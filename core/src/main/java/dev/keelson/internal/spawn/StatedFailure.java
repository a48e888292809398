/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.IOException;

/** A failed start of which the engine knows what it means, so that nobody has to find out. */
public final class StatedFailure extends IOException {

  private static final long serialVersionUID = 1L;

  /** What it means; {@code dev.keelson.process.LaunchException} has a subclass for each. */
  public enum Kind {
    COMMAND_NOT_FOUND(Errno.ENOENT, "No such file or directory", "there is no such command"),
    NOT_EXECUTABLE(Errno.EACCES, "Permission denied", "its file may not be executed"),
    BAD_WORKING_DIRECTORY(
        Errno.ENOENT, "No such file or directory", "the working directory does not exist"),
    INTERPRETER_MISSING(
        Errno.ENOENT, "No such file or directory", "the interpreter of its script is missing"),
    BAD_FORMAT(Errno.ENOEXEC, "Exec format error", "its file is no program for this system"),
    ARGUMENT_LIST_TOO_LONG(Errno.E2BIG, "Argument list too long", "its arguments are too long"),
    RESOURCE_LIMIT(
        Errno.EAGAIN, "Resource temporarily unavailable", "no process or thread can be started"),
    TEXT_FILE_BUSY(Errno.ETXTBSY, "Text file busy", "its file is open for writing"),
    REFUSED(Errno.EPERM, "Operation not permitted", "the system does not allow it");

    private final int errno;
    private final String text;
    private final String why;

    Kind(int errno, String text, String why) {
      this.errno = errno;
      this.text = text;
      this.why = why;
    }

    /** The same for people. */
    public String why() {
      return why;
    }
  }

  private final Kind kind;

  /** With the JDK's message for a program that meets this. */
  public StatedFailure(String program, Kind kind) {
    super("Cannot run program \"" + program + "\": error=" + kind.errno + ", " + kind.text);
    this.kind = kind;
  }

  /** What it means. */
  public Kind kind() {
    return kind;
  }
}
