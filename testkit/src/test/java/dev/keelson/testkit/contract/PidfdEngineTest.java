/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.testkit.engines.TestEngines;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The linux engine's fallback, which starts as the portable one does: the slice tries a chapter
 * here, and the table under a filter.
 */
@EnabledIf("isThisLanes")
class PidfdEngineTest extends EngineContract {

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  /** No constant: the condition above initialises this class where there is no such engine. */
  private static @Nullable SpawnEngine made;

  private static synchronized SpawnEngine engine() {
    SpawnEngine engine = made == null ? TestEngines.named(TestEngines.PIDFDS) : made;
    made = engine;
    return engine;
  }

  static boolean isWhole() {
    return "full".equals(System.getProperty("keelson.stress"));
  }

  @Test
  void shouldBeTheFallbackItself() {
    assertEquals(TestEngines.PIDFDS, engine().name());
  }

  @Override
  EngineSubject subject() {
    return new EngineSubject(TestEngines.PIDFDS, () -> EngineLaunchers.over(engine()));
  }

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Input extends InputContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Captured extends CaptureContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Sinks extends SinkContract {}

  @Nested
  class Exits extends ExitContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Deadlines extends DeadlineContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class HeldPipes extends DrainContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Interrupts extends InterruptContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Futures extends FutureContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Children extends ChildContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class ChildEnds extends ChildEndContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Pipelines extends PipelineContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Launchers extends LauncherContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Surroundings extends SurroundingsContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class FailedStarts extends FailedStartContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Secrets extends SecretContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Events extends EventContract {}

  @Nested
  @EnabledIf("dev.keelson.testkit.contract.PidfdEngineTest#isWhole")
  class Guarantees extends GuaranteeContract {}
}
