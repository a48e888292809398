/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.process.EngineLaunchers;
import org.junit.jupiter.api.Nested;

/** The portable engine as it is on Linux, with pipes of its own. */
class PortableEngineTest extends EngineContract {

  private static final SpawnEngine ENGINE = Engines.named("portable");

  @Override
  EngineSubject subject() {
    return new EngineSubject("portable", () -> EngineLaunchers.over(ENGINE));
  }

  @Nested
  class Input extends InputContract {}

  @Nested
  class Captured extends CaptureContract {}

  @Nested
  class Sinks extends SinkContract {}

  @Nested
  class Exits extends ExitContract {}

  @Nested
  class Deadlines extends DeadlineContract {}

  @Nested
  class HeldPipes extends DrainContract {}

  @Nested
  class Interrupts extends InterruptContract {}

  @Nested
  class Futures extends FutureContract {}

  @Nested
  class Children extends ChildContract {}

  @Nested
  class ChildEnds extends ChildEndContract {}

  @Nested
  class Pipelines extends PipelineContract {}

  @Nested
  class Launchers extends LauncherContract {}

  @Nested
  class Surroundings extends SurroundingsContract {}

  @Nested
  class FailedStarts extends FailedStartContract {}

  @Nested
  class Secrets extends SecretContract {}

  @Nested
  class Events extends EventContract {}

  @Nested
  class Guarantees extends GuaranteeContract {}
}
