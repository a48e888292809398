/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.SpawnEngine;

/** Makes launchers over an engine that no property can choose, for tests in other packages. */
public final class EngineLaunchers {

  private EngineLaunchers() {}

  /** A builder whose launcher runs on that engine. */
  public static Launcher.Builder over(SpawnEngine engine) {
    return Launcher.builder().engine(engine);
  }
}
