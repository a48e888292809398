/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.testkit.contract.MutantEngine.Bug;
import dev.keelson.testkit.internal.fake.FakeEngine;
import dev.keelson.testkit.internal.fake.VirtualClock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The contract can be broken: a fake engine with a bug planted in it breaks the chapter on it. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@EnabledIf("dev.keelson.testkit.contract.FakeEngineTest#isThisLanes")
@Timeout(300)
class FakeMutantsTest {

  @Test
  void shouldBreakWhenASignalIsTakenForAnExitCode() {
    assertBroken(
        TakesSignals.class,
        TakesSignals.Exits.class,
        Faithful.Exits.class,
        "shouldTakeEveryEndWhereAnyIsFine",
        "shouldTellASignalAsFarAsTheEngineCan",
        "shouldTellASignalThatKeelsonSent");
  }

  @Test
  void shouldBreakWhenAFailedStartIsTakenForAnExit() {
    assertBroken(
        TakesFailedStarts.class,
        TakesFailedStarts.FailedStarts.class,
        Faithful.FailedStarts.class,
        "shouldSayThatThereIsNoSuchCommand",
        "shouldSayThatTheDirectoryIsWrong");
  }

  @Test
  void shouldBreakWhenInputIsLost() {
    assertBroken(
        LosesInput.class,
        LosesInput.Input.class,
        Faithful.Input.class,
        "shouldPassBytesUnchanged",
        "shouldReadAStreamOnceForEachRunAndCloseIt");
  }

  /** These cases fail with the bug, and hold without it. */
  private static void assertBroken(
      Class<?> mutant, Class<?> chapter, Class<?> faithful, String... cases) {
    Set<String> names = Set.of(cases);
    assertEquals(names, names(run(mutant, chapter, names).failed()));
    assertEquals(names, names(run(Faithful.class, faithful, names).succeeded()));
  }

  private static Events run(Class<?> contract, Class<?> chapter, Set<String> names) {
    DiscoverySelector[] cases =
        names.stream()
            .map(name -> selectNestedMethod(List.of(contract), chapter, name))
            .toArray(DiscoverySelector[]::new);
    return EngineTestKit.engine("junit-jupiter").selectors(cases).execute().testEvents();
  }

  private static Set<String> names(Events events) {
    return events.stream()
        .map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
        .collect(Collectors.toSet());
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
