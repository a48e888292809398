/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.testkit.contract.MutantEngine.Bug;
import dev.keelson.testkit.internal.fake.FakeEngine;
import dev.keelson.testkit.internal.fake.VirtualClock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract can be broken: a fake engine with a bug planted in it breaks the chapter on it. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@EnabledIf("dev.keelson.testkit.contract.FakeEngineTest#isThisLanes")
@Timeout(300)
class FakeMutantsTest {

  @Test
  void shouldHoldWithoutABug() {
    for (Class<?> chapter : Faithful.class.getDeclaredClasses()) {
      EngineExecutionResults results = run(Faithful.class, chapter);
      assertEquals(Set.of(), failed(results));
      assertTrue(results.testEvents().succeeded().count() > 2, chapter + " ran nothing");
    }
  }

  @Test
  void shouldBreakWhenASignalIsTakenForAnExitCode() {
    assertEquals(
        Set.of(
            "shouldTakeEveryEndWhereAnyIsFine()",
            "shouldTellASignalAsFarAsTheEngineCan()",
            "shouldTellASignalThatKeelsonSent()"),
        failed(run(TakesSignals.class, TakesSignals.Exits.class)));
  }

  @Test
  void shouldBreakWhenAFailedStartIsTakenForAnExit() {
    assertEquals(
        Set.of(
            "shouldSayThatThereIsNoSuchCommand()",
            "shouldSayThatTheDirectoryIsWrong()",
            "shouldNameTheArgumentThatIsTooLong()",
            "shouldSayThatAllArgumentsAreTooLongTogether()",
            "shouldLeaveNothingBehindHoweverOftenItFails()"),
        failed(run(TakesFailedStarts.class, TakesFailedStarts.FailedStarts.class)));
  }

  @Test
  void shouldBreakWhenInputIsLost() {
    assertEquals(
        Set.of("shouldPassBytesUnchanged()", "shouldReadAStreamOnceForEachRunAndCloseIt()"),
        failed(run(LosesInput.class, LosesInput.Input.class)));
  }

  private static EngineExecutionResults run(Class<?> contract, Class<?> chapter) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectNestedClass(List.of(contract), chapter))
        .execute();
  }

  private static Set<String> failed(EngineExecutionResults results) {
    return results.testEvents().failed().stream()
        .map(event -> event.getTestDescriptor().getDisplayName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The fake engine, with a bug. */
  abstract static class Mutant extends EngineContract {
    private final Bug bug;

    Mutant(Bug bug) {
      this.bug = bug;
    }

    @Override
    EngineSubject subject() {
      FakeShell shell = new FakeShell();
      VirtualClock clock = new VirtualClock(false);
      clock.becomeReal();
      SpawnEngine engine = new MutantEngine(new FakeEngine(clock, shell), bug);
      return new EngineSubject(
          "fake",
          () -> EngineLaunchers.over(engine).orphanGuard(false),
          shell::unknown,
          () -> {},
          shell::endAll);
    }
  }

  static class Faithful extends Mutant {
    Faithful() {
      super(Bug.NONE);
    }

    @Nested
    class Exits extends ExitContract {}

    @Nested
    class FailedStarts extends FailedStartContract {}

    @Nested
    class Input extends InputContract {}
  }

  static class TakesSignals extends Mutant {
    TakesSignals() {
      super(Bug.TAKES_A_SIGNAL_FOR_AN_EXIT_CODE);
    }

    @Nested
    class Exits extends ExitContract {}
  }

  static class TakesFailedStarts extends Mutant {
    TakesFailedStarts() {
      super(Bug.TAKES_A_FAILED_START_FOR_AN_EXIT);
    }

    @Nested
    class FailedStarts extends FailedStartContract {}
  }

  static class LosesInput extends Mutant {
    LosesInput() {
      super(Bug.LOSES_INPUT);
    }

    @Nested
    class Input extends InputContract {}
  }
}
