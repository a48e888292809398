/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.io.File;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Everything an engine needs to know to start one process. Immutable.
 *
 * @param command program and arguments, not empty, without NUL
 * @param environment how the child's environment differs from this process's
 * @param directory the child's working directory, or null for this process's
 * @param stdin what the child reads
 * @param stdout what the child writes its output to
 * @param stderr what the child writes its errors to; not used where {@code mergeStderr}
 * @param mergeStderr whether the child's errors go where its output goes
 * @param ownSession whether the child leads a session of its own, where the engine can do that
 * @param cookie the {@code NAME=value} by which its tree can be recognised, also in {@code
 *     environment}; null for none
 * @param shown prints as the command does, with secrets masked; null if nothing is secret
 */
public record SpawnRequest(
    List<String> command,
    EnvironmentEdits environment,
    @Nullable File directory,
    Stdio stdin,
    Stdio stdout,
    Stdio stderr,
    boolean mergeStderr,
    boolean ownSession,
    @Nullable String cookie,
    @Nullable Object shown) {

  /** Copies the command. */
  public SpawnRequest {
    command = List.copyOf(command);
  }
}
