/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.SpawnRequest;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What was to be launched, as a fake process sees it. */
public final class Launch {

  private final SpawnRequest request;
  private final AtomicLong pids;

  Launch(SpawnRequest request, AtomicLong pids) {
    this.request = request;
    this.pids = pids;
  }

  public List<String> words() {
    return request.command();
  }

  /** As a shell line, with secrets masked. */
  public String shown() {
    Object shown = request.shown();
    return shown == null ? Words.shown(words()) : shown.toString();
  }

  public Path directory() {
    File directory = request.directory();
    return directory == null ? Path.of("").toAbsolutePath() : directory.toPath();
  }

  /** The changes to the environment, Keelson's own cookie left out. */
  public Map<String, Optional<String>> environmentChanges() {
    Map<String, Optional<String>> changes = new HashMap<>(request.environment().changes());
    String cookie = request.cookie();
    if (cookie != null) {
      changes.remove(cookie.substring(0, cookie.indexOf('=')));
    }
    return Map.copyOf(changes);
  }

  /** The whole environment. */
  Map<String, String> environment() {
    EnvironmentEdits edits = request.environment();
    Map<String, String> all = new HashMap<>(System.getenv());
    edits.applyTo(all);
    return all;
  }

  long nextPid() {
    return pids.getAndIncrement();
  }
}
