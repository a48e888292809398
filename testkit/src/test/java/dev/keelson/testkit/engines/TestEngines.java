/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.portable.PortableEngine;
import java.util.List;

/** Engines by name, those among them that no property can choose. */
public final class TestEngines {

  /** The linux engine's fallback where posix_spawn does not close descriptors. */
  public static final String PIDFDS = "portable+pidfd";

  /** The portable engine's where there is no {@code /proc/self/fd}. */
  public static final String STREAMS = "portable on streams";

  private TestEngines() {}

  /** A start in a session of its own, with a pipe for what it prints and nothing else. */
  static SpawnRequest printing(String... command) {
    return new SpawnRequest(
        List.of(command),
        EnvironmentEdits.NONE,
        null,
        Stdio.NULL,
        Stdio.PIPE,
        Stdio.NULL,
        false,
        true,
        null,
        null);
  }

  /** The engine of that name. */
  public static SpawnEngine named(String name) {
    return switch (name) {
      case PIDFDS -> LinuxEngine.create(RefusingKernel.without("spawn"), PortableEngine.create());
      case STREAMS -> PortableEngine.withStreams();
      default -> Engines.named(name);
    };
  }
}
