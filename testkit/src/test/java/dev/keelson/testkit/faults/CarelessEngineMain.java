/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.engines.CarelessEngines;

/** Does what {@link StolenDescriptorMain} does, by an engine with a bug. */
final class CarelessEngineMain {

  private CarelessEngineMain() {}

  public static void main(String[] args) throws Exception {
    Launcher careless = EngineLaunchers.over(CarelessEngines.overlookingEbadf()).build();
    try (Launcher.Substitution unused = Launcher.override(careless)) {
      StolenDescriptorMain.main(args);
    }
  }
}
