/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.process.EngineLaunchers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/** The linux engine, where native calls can be made. */
@EnabledIf("isThisLanes")
class LinuxEngineTest extends EngineContract {

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  @Override
  EngineSubject subject() {
    return new EngineSubject("linux", () -> EngineLaunchers.over(Engines.named("linux")));
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
