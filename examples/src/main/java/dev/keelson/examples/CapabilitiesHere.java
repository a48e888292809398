/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Launcher;
import java.util.Map;
import java.util.TreeMap;

/** What is promised on this machine, guarantee by guarantee. */
final class CapabilitiesHere implements Story {

  @Override
  public String id() {
    return "capabilities";
  }

  @Override
  public String title() {
    return "what is promised here";
  }

  @Override
  public void tell(Stage stage) {
    Capabilities capabilities = Launcher.system().capabilities();
    stage.show(capabilities.toString());
    Map<String, Integer> levels = new TreeMap<>();
    capabilities.all().values().forEach(row -> levels.merge(row.level().name(), 1, Integer::sum));
    stage.row("guarantees of engine " + capabilities.engine(), "-", levels.toString());
  }
}
