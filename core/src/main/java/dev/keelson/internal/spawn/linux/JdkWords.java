/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import java.io.IOException;
import java.util.List;
import javax.annotation.Nullable;

/**
 * How this JDK says that a program cannot be run. Programs match these texts, and they are not the
 * same in all updates of one release: so the JDK is asked once, when the first start has failed, to
 * start something that cannot exist. Safe for use by multiple threads.
 */
final class JdkWords {

  private static final String NOTHING = "/dev/null/none";

  private final SpawnEngine portable;

  /** Two threads may both ask, and get the same answer. */
  private volatile @Nullable Boolean colon;

  JdkWords(SpawnEngine portable) {
    this.portable = portable;
  }

  /** The text for an error number. */
  String of(int errno, String message) {
    Boolean known = colon;
    if (known == null) {
      String answer = ask();
      known = answer.contains("error: ");
      if (answer.contains(NOTHING)) { // and not our own words, where descriptors are short
        colon = known;
      }
    }
    return known
        ? "Exec failed, error: " + errno + " (" + message + ") "
        : "error=" + errno + ", " + message;
  }

  private String ask() {
    SpawnRequest request =
        new SpawnRequest(
            List.of(NOTHING),
            EnvironmentEdits.NONE,
            null,
            Stdio.NULL,
            Stdio.NULL,
            Stdio.NULL,
            true,
            false,
            null,
            null);
    try {
      Spawned impossible = portable.spawn(request);
      return impossible.toString();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
