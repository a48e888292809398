/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.testkit.engines.TestEngines;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The portable engine as it is where only the JDK's own streams are to be had. No Linux runs it, so
 * the slice tries it on one lane; the whole campaign on all.
 */
@EnabledIf("isThisLanes")
class PortableStreamsEngineTest extends EngineContract {

  private static final SpawnEngine ENGINE = TestEngines.named(TestEngines.STREAMS);

  static boolean isThisLanes() {
    return "17".equals(System.getProperty("keelson.test.lane"))
        || "full".equals(System.getProperty("keelson.stress"));
  }

  @Override
  EngineSubject subject() {
    return new EngineSubject(TestEngines.STREAMS, () -> EngineLaunchers.over(ENGINE));
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
