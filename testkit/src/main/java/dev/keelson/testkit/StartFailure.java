/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/**
 * The ways in which a start can fail; the code under test gets the subclass of {@link
 * dev.keelson.process.LaunchException} of the same name.
 */
public enum StartFailure {
  /** There is no such command. */
  COMMAND_NOT_FOUND,
  /** Its file may not be executed. */
  NOT_EXECUTABLE,
  /** The working directory does not exist. */
  BAD_WORKING_DIRECTORY,
  /** The interpreter of its script is missing. */
  INTERPRETER_MISSING,
  /** Its file is no program for this system. */
  BAD_FORMAT,
  /** Its arguments are too long. */
  ARGUMENT_LIST_TOO_LONG,
  /** No process can be started at this moment. */
  RESOURCE_LIMIT,
  /** Its file is open for writing. */
  TEXT_FILE_BUSY,
  /** The system does not allow it. */
  REFUSED
}
