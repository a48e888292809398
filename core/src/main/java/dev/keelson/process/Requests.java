/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Stdio;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** Says in an engine's words what a command wants. */
final class Requests {

  private Requests() {}

  static SpawnRequest of(
      Command command,
      @Nullable String cookie,
      Output out,
      Output err,
      @Nullable Link from,
      @Nullable Link to) {
    CommandSettings wanted = command.settings();
    return new SpawnRequest(
        command.words(),
        environment(wanted, cookie),
        wanted.directory == null ? null : wanted.directory.toFile(),
        from != null ? new Stdio.Linked(from) : input(wanted.stdin.source()),
        to != null ? new Stdio.Linked(to) : out.stdio(),
        err.stdio(),
        wanted.mergeStderr,
        wanted.ownSession(),
        cookie,
        command);
  }

  private static EnvironmentEdits environment(CommandSettings wanted, @Nullable String cookie) {
    if (!wanted.clearEnvironment && wanted.environment.isEmpty() && cookie == null) {
      return EnvironmentEdits.NONE;
    }
    Map<String, Optional<String>> changes =
        wanted.environment.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> Optional.ofNullable(entry.getValue().value()),
                    (a, b) -> b,
                    TreeMap::new));
    EnvironmentEdits edits = new EnvironmentEdits(wanted.clearEnvironment, changes);
    return cookie == null
        ? edits
        : edits.with(Cookies.NAME, cookie.substring(Cookies.NAME.length() + 1));
  }

  private static Stdio input(InputSource source) {
    if (source instanceof InputSource.Empty) {
      return Stdio.NULL;
    } else if (source instanceof InputSource.Inherit) {
      return Stdio.INHERIT;
    } else if (source instanceof InputSource.FromFile file) {
      return new Stdio.Source(file.path().toFile());
    }
    return Stdio.PIPE;
  }
}
