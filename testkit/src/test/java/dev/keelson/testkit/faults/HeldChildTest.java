/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.process.Teardown;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.engines.TestEngines;
import dev.keelson.testkit.faults.HeldEngine.Bug;
import dev.keelson.testkit.stress.JvmUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Nobody waits for a child that the system keeps although it was sent KILL. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks(withinMillis = 10_000)
class HeldChildTest {

  private static final int KILL = 9;

  /** Late from its start on, and not while it waits for that. */
  private static final Command LATE =
      Command.of("sleep", "60").idleTimeout(ofMillis(20)).grace(ZERO);

  /** What a caller may wait for the end of a process after KILL. */
  private static final long MOST_MILLIS = 400;

  private HeldEngine engine = new HeldEngine(Engines.chosen(), Bug.NONE);
  private Launcher launcher = EngineLaunchers.over(engine).maxConcurrent(1).build();

  @Test
  void shouldReturnAndNameTheChildWhenItDoesNotEnd() throws Exception {
    CommandTimedOutException e =
        assertThrows(CommandTimedOutException.class, () -> launcher.run(LATE));

    long pid = checkGivenUp(e.result());
    assertTrue(e.getMessage().contains("still running: [" + pid + " "), e.getMessage());
    checkWaited();
    Child there = launcher.children().iterator().next();
    assertEquals(pid, there.pid());
    CompletableFuture<ExitStatus> exit = there.onExit();
    assertFalse(exit.isDone());
    engine.letGo();
    assertEquals(new ExitStatus.Signaled(KILL, false), exit.get(30, SECONDS));
    Await.soon().until("it is no child any more", () -> launcher.children().isEmpty());
  }

  @Test
  void shouldAnswerForGoodAndTellTheExitLaterWhenAStartedChildDoesNotEnd() throws Exception {
    try (Child child = launcher.start(LATE.stdin(Stdin.bytes(new byte[1 << 20])))) {
      CompletableFuture<ExitStatus> exit = child.onExit();
      CommandTimedOutException first = assertThrows(CommandTimedOutException.class, child::result);
      checkGivenUp(first.result());
      assertTrue(child.isAlive());
      assertFalse(exit.isDone());
      assertFalse(child.terminate(ZERO).isComplete());
      child.close();
      checkWaited();

      engine.letGo();

      assertEquals(new ExitStatus.Signaled(KILL, false), exit.get(30, SECONDS));
      assertEquals(new ExitStatus.Signaled(KILL, false), child.await());
      assertFalse(child.isAlive());
      CommandTimedOutException again = assertThrows(CommandTimedOutException.class, child::result);
      assertEquals(first.result().status(), again.result().status());
    }
  }

  @Test
  void shouldGiveItsPlaceBackWhenAChildOfAFutureDoesNotEnd() {
    for (int i = 0; i < 2; i++) { // there is one place
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> launcher.runAsync(LATE).get(30, SECONDS));
      checkGivenUp(assertInstanceOf(CommandTimedOutException.class, e.getCause()).result());
    }
    assertEquals(2, launcher.children().size());
  }

  @Test
  void shouldFindTheBugOfAnEngineThatCallsAHeldChildSlow() {
    engine = new HeldEngine(Engines.chosen(), Bug.CALLS_IT_SLOW);
    launcher = EngineLaunchers.over(engine).build();
    assertThrows(CommandTimedOutException.class, () -> launcher.run(LATE));
    assertThrows(AssertionError.class, this::checkWaited);
  }

  private void checkWaited() {
    long waited = engine.waitedMillis();
    assertTrue(waited <= MOST_MILLIS, "a caller was to wait " + waited + " ms after KILL");
  }

  private static long checkGivenUp(Result result) {
    assertInstanceOf(ExitStatus.Unknown.class, result.status());
    Teardown teardown = result.teardown().orElseThrow();
    assertEquals(1, teardown.escaped().size(), teardown.toString());
    assertEquals(KILL, teardown.escaped().get(0).signal());
    return teardown.escaped().get(0).pid();
  }

  @AfterEach
  void letGo() throws Exception {
    engine.letGo();
    launcher.close();
    Await.soon().until("no child is left", () -> launcher.children().isEmpty());
  }

  /**
   * The options of a debugger: none, and to be told of the exit, for which the child is stopped.
   */
  private static final int[] OPTIONS = {0, 0x40};

  @Test
  void shouldNotWaitForADebuggerThatHoldsTheChild() throws Exception {
    assumeTrue(Kernels.whyNot().isEmpty(), Kernels.whyNot());
    List<Child> children = new ArrayList<>();
    try (JvmUnderTest tracer = JvmUnderTest.start(TracerMain.class)) {
      for (String name : List.of("portable", TestEngines.PIDFDS, "linux")) {
        Launcher over = EngineLaunchers.over(TestEngines.named(name)).build();
        for (int options : OPTIONS) {
          Child child = over.start(Command.of("sleep", "60").stdout(Stdout.discard()));
          children.add(child);
          String answer = tracer.tell(child.pid() + " " + options);
          assumeTrue(answer.equals("0"), "nobody may trace a process here");
        }
      }
      for (Child child : children) {
        Teardown teardown = child.terminate(ZERO);
        assertEquals(List.of(child.pid()), pids(teardown.escaped()), teardown.toString());
        assertTrue(child.isAlive());
      }
    } finally {
      children.forEach(Child::close);
    }
    for (Child child : children) {
      assertEquals(
          new ExitStatus.Signaled(KILL, false), child.onExit().get(30, SECONDS), child.toString());
    }
  }

  private static List<Long> pids(List<Teardown.Member> members) {
    return members.stream().map(Teardown.Member::pid).toList();
  }
}
