/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.testkit.internal.fake.FakeEngine;
import dev.keelson.testkit.internal.fake.VirtualClock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The engine of fake processes, in real time, on one lane: it is the same on all. It is held to
 * every chapter; skipped is what looks at the system's side of a process, by the name of what the
 * fake has not got.
 */
@EnabledIf("isThisLanes")
class FakeEngineTest extends EngineContract {

  private static final AtomicInteger RUN = new AtomicInteger();

  /** How many of the cases must not be skipped, so that none is lost unnoticed. */
  private static final int AT_LEAST = isWhole() ? 90 : 25;

  /** For the chapters that take their time; each change runs the others. */
  private static final String WHOLE = "dev.keelson.testkit.contract.FakeEngineTest#isWhole";

  static boolean isThisLanes() {
    return "17".equals(System.getProperty("keelson.test.lane")) || isWhole();
  }

  static boolean isWhole() {
    return "full".equals(System.getProperty("keelson.stress"));
  }

  @Override
  EngineSubject subject() {
    FakeShell shell = new FakeShell();
    VirtualClock clock = new VirtualClock(false);
    clock.becomeReal();
    SpawnEngine engine = new FakeEngine(clock, shell);
    return new EngineSubject(
        "fake",
        () -> EngineLaunchers.over(engine).orphanGuard(false),
        shell::unknown,
        RUN::incrementAndGet,
        shell::endAll);
  }

  @AfterAll
  static void shouldHaveSkippedOnlyWhatNeedsTheSystem() {
    // A part of the cases may be run alone.
    assertTrue(RUN.get() >= AT_LEAST || RUN.get() < 20, () -> "only " + RUN.get() + " were run");
  }

  @Nested
  class Input extends InputContract {}

  @Nested
  class Captured extends CaptureContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Sinks extends SinkContract {}

  @Nested
  class Exits extends ExitContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Deadlines extends DeadlineContract {}

  @Nested
  @EnabledIf(WHOLE)
  class HeldPipes extends DrainContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Interrupts extends InterruptContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Futures extends FutureContract {}

  @Nested
  class Children extends ChildContract {}

  @Nested
  @EnabledIf(WHOLE)
  class ChildEnds extends ChildEndContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Pipelines extends PipelineContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Launchers extends LauncherContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Surroundings extends SurroundingsContract {}

  @Nested
  class FailedStarts extends FailedStartContract {}

  @Nested
  class Secrets extends SecretContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Events extends EventContract {}

  @Nested
  @EnabledIf(WHOLE)
  class Guarantees extends GuaranteeContract {}
}
