/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.LaunchException;
import dev.keelson.process.LaunchListener;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever step of a launch or a teardown fails, the caller is told and nothing is left. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks(withinMillis = 10_000)
class EngineFaultsTest {

  private static final Command TALKS =
      Command.shell("echo one; sleep 0.02; echo two; exec sleep 30").grace(ofMillis(50));
  private static final Command READS =
      Command.of("cat").stdin(Stdin.bytes(new byte[1 << 20])).stdout(Stdout.discard());

  private final FaultyEngine engine = new FaultyEngine();
  private final Launcher launcher = EngineLaunchers.over(engine).maxConcurrent(2).build();

  /**
   * What happens at a step.
   *
   * @param fault the step
   * @param command what is run
   * @param expected what run() throws; null if the step does not matter to the result
   */
  record Step(Fault fault, Command command, @Nullable Class<? extends Exception> expected) {
    @Override
    public String toString() {
      return fault + " of " + command;
    }
  }

  static Stream<Step> steps() {
    Command lines = TALKS.stdout(Stdout.lines(line -> {}));
    Command late = TALKS.timeout(ofMillis(300)); // a start on a busy machine takes 100
    return Stream.of(
        new Step(Fault.SPAWN_REFUSED, TALKS, LaunchException.ResourceLimit.class),
        new Step(Fault.SPAWN_THROWS_UNCHECKED, TALKS, IllegalStateException.class),
        new Step(Fault.DRAIN_AT_ONCE, TALKS, CommandException.class),
        new Step(Fault.DRAIN_IN_THE_MIDDLE, TALKS, CommandException.class),
        new Step(Fault.FIRST_READ, lines, CommandException.class),
        new Step(Fault.SECOND_READ, lines, CommandException.class),
        new Step(Fault.READ_THROWS_UNCHECKED, lines, CommandException.class),
        new Step(Fault.FIRST_OFFER, READS, null),
        new Step(Fault.WRITE, READS, null),
        new Step(Fault.END_TREE_THROWS, late, CommandTimedOutException.class),
        new Step(Fault.END_TREE_FAILS_WITH_AN_ERROR, late, CommandTimedOutException.class));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void shouldTellTheCallerAndLeaveNothingWhenAStepFails(Step step) throws Exception {
    for (int round = 0; round < 4; round++) { // more than there are places
      engine.failAt(step.fault());
      Exception thrown = thrownBy(() -> launcher.run(step.command()));
      check(step, thrown);
      works();
    }
  }

  @ParameterizedTest
  @MethodSource("steps")
  void shouldFailTheFutureAndLeaveNothingWhenAStepFails(Step step) throws Exception {
    for (int round = 0; round < 4; round++) {
      engine.failAt(step.fault());
      Exception thrown = null;
      for (int i = 0; i < 3 && engine.failures() == 0; i++) { // it may be too late before its turn
        thrown =
            thrownBy(
                () ->
                    launcher
                        .runAsync(step.command())
                        .get(20, java.util.concurrent.TimeUnit.SECONDS));
      }
      Throwable cause = thrown == null ? null : thrown.getCause();
      check(step, (Exception) cause);
      works();
    }
  }

  private void check(Step step, @Nullable Exception thrown) throws InterruptedException {
    assertTrue(engine.failures() > 0, "it never came to " + step);
    if (step.expected() == null) {
      assertNull(thrown, step.toString());
    } else {
      assertInstanceOf(step.expected(), thrown, step.toString());
    }
    Await.soon().until("no child is left after " + step, () -> launcher.children().isEmpty());
  }

  @Test
  void shouldEndTheMembersStartedSoFarWhenALinkFails() throws Exception {
    engine.failAt(Fault.LINK);
    assertThrows(LaunchException.class, () -> launcher.run(TALKS.pipe(Command.of("cat"))));
    assertTrue(launcher.children().isEmpty());
    assertEquals(0, engine.spawned());
    works();
  }

  @Test
  void shouldTryALinkAgainWhenDescriptorsAreShortForAMoment() throws Exception {
    engine.failAt(Fault.LINK_SHORT_FOR_A_MOMENT);
    Result result = launcher.run(Command.of("echo", "fine").pipe(Command.of("cat")));
    assertEquals("fine", result.stdoutTrimmed());
    assertEquals(3, engine.failures(), "the last one was none");
    works();
  }

  @Test
  void shouldTellTheListenerWhenALinkFails() throws Exception {
    List<Command> failed = new CopyOnWriteArrayList<>();
    LaunchListener listener =
        new LaunchListener() {
          @Override
          public void failed(Command command, LaunchException failure) {
            failed.add(command);
          }
        };
    engine.failAt(Fault.LINK);
    try (Launcher told = EngineLaunchers.over(engine).listener(listener).build()) {
      assertThrows(LaunchException.class, () -> told.run(TALKS.pipe(Command.of("cat"))));
      Await.soon().until("it was told", () -> failed.equals(List.of(TALKS)));
    }
  }

  @Test
  void shouldPassOnThatASignalCouldNotBeSent() throws Exception {
    engine.failAt(Fault.SIGNAL);
    try (Child child = launcher.start(TALKS)) {
      assertThrows(IOException.class, () -> child.signal("TERM"));
      assertTrue(child.isAlive());
    }
    works();
  }

  @Test
  void shouldCloseAChildWhenItsTreeCannotBeEndedTheUsualWay() throws Exception {
    Child child = launcher.start(TALKS);
    engine.failAt(Fault.END_TREE_THROWS);
    child.close();
    assertTrue(engine.failures() > 0);
    assertThrows(CommandException.class, child::result);
    works();
  }

  /** The process was there by then, and nobody had it. */
  @Test
  void shouldLeaveNothingOfADropInProcessThatCannotBeWatched() throws Exception {
    engine.failAt(Fault.ON_EXIT);
    SafeProcessBuilder builder = new SafeProcessBuilder("sleep", "30").launcher(launcher);
    assertThrows(OutOfMemoryError.class, builder::start);
    assertEquals(1, engine.spawned());
    works();
  }

  @Test
  void shouldCompleteOnExitOfADropInProcessThatCouldNotBeWatchedAtFirst() throws Exception {
    Process process =
        new SafeProcessBuilder("sleep", "30")
            .launcher(launcher)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    try {
      engine.failAt(Fault.ON_EXIT);
      assertThrows(OutOfMemoryError.class, process::onExit);
      engine.failAt(Fault.NONE);
      CompletableFuture<Process> exit = process.onExit();
      process.destroyForcibly();
      assertSame(process, exit.get(20, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void works() throws Exception {
    engine.failAt(Fault.NONE);
    Result result = launcher.run(Command.of("echo", "fine").timeout(ofSeconds(20)));
    assertEquals("fine", result.stdoutTrimmed());
  }

  @AfterEach
  void close() throws InterruptedException {
    engine.failAt(Fault.NONE);
    launcher.close();
    Await.soon().until("no child is listed", () -> launcher.children().isEmpty());
  }

  private static @Nullable Exception thrownBy(java.util.concurrent.Callable<?> action) {
    try {
      action.call();
      return null;
    } catch (Exception e) {
      return e;
    }
  }
}
