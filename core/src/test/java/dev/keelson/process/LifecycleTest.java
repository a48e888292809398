/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.threads.Durations;
import dev.keelson.internal.threads.Time;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  private static final ExitReport EXIT = ExitReport.exited(0);
  private static final Teardown TEARDOWN =
      new Teardown("test", List.of(), List.of(), Duration.ZERO);

  private final CommandSettings settings = new CommandSettings();
  private final long began = System.nanoTime();
  private final List<String> told = new ArrayList<>();

  @Test
  void shouldBeDoneWhenExitAndAllOutputsWereSeenInEitherOrder() {
    for (boolean exitFirst : new boolean[] {true, false}) {
      Lifecycle life = life(Durations.NEVER, 2);
      life.whenDone(() -> told.add("done"));
      step(life, exitFirst);
      assertTrue(told.isEmpty());
      step(life, !exitFirst);
      assertEquals(List.of("done"), told);
      assertSame(Cause.NONE, life.end().cause());
      told.clear();
    }
  }

  /** Or an answer could be had before the event of the exit, and before the guard let go of it. */
  @Test
  void shouldNotBeDoneWhileTheObserverOfTheExitStillTellsOfIt() {
    Lifecycle life = life(Durations.NEVER, 0);
    life.whenDone(() -> told.add("done"));
    assertTrue(life.exited(EXIT));
    life.settle();
    assertTrue(told.isEmpty());
    life.announced();
    assertEquals(List.of("done"), told);
  }

  private static void exit(Lifecycle life) {
    assertTrue(life.exited(EXIT));
    life.announced();
  }

  private static void step(Lifecycle life, boolean exit) {
    if (exit) {
      assertTrue(life.exited(EXIT));
      life.announced();
    } else {
      assertSame(Step.NOTHING, life.outputEnded(true, null));
      assertSame(Step.NOTHING, life.outputEnded(true, null));
      life.settle();
    }
  }

  @Test
  void shouldLetOnlyTheFirstObserverOfTheExitThrough() {
    Lifecycle life = life(Durations.NEVER, 0);
    life.whenExited(() -> told.add("exited"));
    assertTrue(life.exited(EXIT));
    assertFalse(life.exited(ExitReport.exited(1)));
    assertSame(EXIT, life.exit());
    assertEquals(List.of("exited"), told);
  }

  @Test
  void shouldHandOutOneEndingAndKeepTheFirstCauseWhenSeveralWantTheEnd() {
    Lifecycle life = life(0, 0);
    TreeEnding ending = life.advance().teardown();
    assertNotNull(ending);
    assertSame(Step.NOTHING, life.end(Cause.CANCELLED, null, DAYS.toNanos(1), false));
    assertSame(Cause.TIMEOUT, life.cause());
    assertFalse(ending.graceIsOver());
  }

  @Test
  void shouldCutTheGraceOfTheRunningEndingWhenAnotherOneHasNone() {
    Lifecycle life = life(Durations.NEVER, 0);
    TreeEnding ending = life.end(Cause.CLOSED, null, DAYS.toNanos(1), false).teardown();
    assertNotNull(ending);
    assertSame(Step.NOTHING, life.end(Cause.TERMINATED, null, 0, false));
    assertTrue(ending.graceIsOver());
  }

  @Test
  void shouldNotBeDoneWhileTheTreeIsBeingEnded() {
    Lifecycle life = life(Durations.NEVER, 0);
    assertNotNull(life.end(Cause.CANCELLED, null, 0, false).teardown());
    life.whenDone(() -> told.add("done"));
    exit(life);
    assertTrue(told.isEmpty());
    assertSame(Step.FINISH, life.tornDown(TEARDOWN));
    life.settle();
    assertEquals(List.of("done"), told);
    assertSame(TEARDOWN, life.end().teardown());
  }

  @Test
  void shouldBeDoneAndTellTheExitLaterWhenTheProcessIsGivenUp() {
    Lifecycle life = life(Durations.NEVER, 0);
    assertNotNull(life.end(Cause.CANCELLED, null, 0, false).teardown());
    life.whenDone(() -> told.add("done"));
    life.whenExited(() -> told.add("exited"));
    assertSame(Step.FINISH, life.tornDown(TEARDOWN));
    life.settle();
    assertEquals(List.of("done"), told);
    ExitReport given = life.end().exit();
    assertSame(ExitReport.Kind.UNKNOWN, given.kind());
    assertSame(Step.NOTHING, life.end(Cause.CLOSED, null, 0, false));
    assertSame(Step.NOTHING, life.advance());
    exit(life);
    assertEquals(List.of("done", "exited"), told);
    assertSame(EXIT, life.exit());
    assertSame(given, life.end().exit());
  }

  @Test
  void shouldTakeTheExitThatIsSeenBeforeTheEndWhenTheProcessIsGivenUp() {
    Lifecycle life = life(Durations.NEVER, 0);
    assertNotNull(life.end(Cause.CANCELLED, null, 0, false).teardown());
    assertSame(Step.FINISH, life.tornDown(TEARDOWN));
    life.whenDone(() -> told.add("done"));
    assertTrue(life.exited(EXIT));
    life.settle();
    assertTrue(told.isEmpty(), "before it is announced");
    life.announced();
    assertEquals(List.of("done"), told);
    assertSame(EXIT, life.end().exit());
  }

  @Test
  void shouldGiveOutputsOfAProcessThatIsGivenUpTheirLastWords() {
    Lifecycle life = life(Durations.NEVER, 1);
    assertNotNull(life.end(Cause.CANCELLED, null, 0, false).teardown());
    assertSame(Step.FINISH, life.tornDown(TEARDOWN));
    assertTrue(life.untilDue() < DAYS.toNanos(1));
    while (life.advance() != Step.ABANDON) {
      assertTrue(life.untilDue() < DAYS.toNanos(1));
    }
    life.giveUpOutputs();
    assertSame(ExitReport.Kind.UNKNOWN, life.end().exit().kind());
  }

  @Test
  void shouldTimeOutWithoutEndingTheTreeWhenOnlyAnOutputIsHeld() throws InterruptedException {
    Lifecycle life = life(MILLISECONDS.toNanos(1), 1);
    exit(life);
    assertFalse(life.awaitDoneOrDue());
    assertSame(Step.FINISH, life.advance());
    assertSame(Cause.TIMEOUT, life.cause());
    assertFalse(life.awaitDoneOrDue());
    assertSame(Step.ABANDON, life.advance());
    life.giveUpOutputs();
    assertTrue(life.awaitDoneOrDue());
    assertTrue(life.end().incomplete());
    assertNull(life.end().teardown());
  }

  @Test
  void shouldFinishOutputsWhenTheDrainIsOverAndWaitForASlowSink() throws InterruptedException {
    settings.drain = Drain.graceful(Duration.ofMillis(1));
    Lifecycle life = life(Durations.NEVER, 1);
    exit(life);
    assertFalse(life.awaitDoneOrDue());
    assertSame(Step.FINISH, life.advance());
    assertTrue(life.untilDue() > DAYS.toNanos(1), "a slow sink must not be abandoned");
    assertSame(Step.NOTHING, life.outputEnded(false, null));
    life.settle();
    assertSame(Cause.NONE, life.end().cause());
    assertTrue(life.end().incomplete());
  }

  /** Or it would wait for what was due before, which may be never. */
  @Test
  void shouldWakeWhoeverWaitsWhenSomethingIsDueEarlierWithoutAStep() throws Exception {
    settings.drain = Drain.graceful(Duration.ZERO);
    CountDownLatch waits = new CountDownLatch(1);
    Lifecycle life =
        new Lifecycle(
            timeThatTells(waits), settings, began, Durations.after(began, Durations.NEVER), 1);
    exit(life);
    assertSame(Step.FINISH, life.advance());
    FutureTask<Boolean> done = new FutureTask<>(life::awaitDoneOrDue);
    new Thread(done).start();
    assertTrue(waits.await(30, SECONDS));
    assertSame(Step.NOTHING, life.end(Cause.CANCELLED, null, 0, false));
    assertFalse(done.get(30, SECONDS));
    assertSame(Step.ABANDON, life.advance());
  }

  /** The latch opens under the lock: whoever takes that next finds a thread that waits. */
  private static Time timeThatTells(CountDownLatch waits) {
    return proxy(
        Time.class,
        (proxy, method, arguments) -> {
          Object answer = method.invoke(Time.SYSTEM, arguments);
          return !(answer instanceof Condition)
              ? answer
              : proxy(
                  Condition.class,
                  (again, called, given) -> {
                    if (called.getName().startsWith("await")) {
                      waits.countDown();
                    }
                    return called.invoke(answer, given);
                  });
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    ClassLoader loader = LifecycleTest.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }

  @Test
  void shouldFailWhenASinkThrowsAlsoAsTheLastOutputAfterTheExit() {
    Lifecycle life = life(Durations.NEVER, 1);
    IllegalStateException boom = new IllegalStateException("boom");
    exit(life);
    life.outputEnded(true, boom);
    life.settle();
    assertSame(Cause.FAILED, life.end().cause());
    assertSame(boom, life.end().failure());
  }

  @Test
  void shouldNotTakeItsOwnInterruptForAFailureWhenASinkWasAbandoned() throws InterruptedException {
    Lifecycle life = life(0, 1);
    exit(life);
    life.advance();
    assertFalse(life.awaitDoneOrDue());
    assertSame(Step.ABANDON, life.advance());
    assertSame(Step.NOTHING, life.outputEnded(false, new InterruptedException()));
    life.settle();
    assertSame(Cause.TIMEOUT, life.end().cause());
    assertNull(life.end().failure());
  }

  @Test
  void shouldEndTheTreeForIdlenessAndNotWhileThereIsProgress() throws InterruptedException {
    settings.idleTimeoutNanos = DAYS.toNanos(1);
    assertSame(Step.NOTHING, life(Durations.NEVER, 1).advance());
    settings.idleTimeoutNanos = 0;
    Lifecycle idle = life(Durations.NEVER, 1);
    assertNotNull(idle.advance().teardown());
    assertSame(Cause.IDLE, idle.cause());
  }

  @Test
  void shouldNeverBeDueWithNothingToDo() {
    // A driver that is told "now" and finds nothing to do would spin.
    Lifecycle life = life(0, 1);
    assertNotNull(life.advance().teardown());
    assertTrue(life.untilDue() > DAYS.toNanos(1), "while the tree is being ended");
    exit(life);
    assertTrue(life.untilDue() > DAYS.toNanos(1), "while the tree is being ended, after the exit");
    life.tornDown(TEARDOWN);
    while (life.advance() != Step.ABANDON) {
      assertTrue(life.untilDue() < DAYS.toNanos(1));
    }
    assertTrue(life.untilDue() > DAYS.toNanos(1), "when there is nothing left to do");
  }

  @Test
  void shouldRunActionsAtOnceWhenTheyComeLate() {
    Lifecycle life = life(Durations.NEVER, 0);
    exit(life);
    life.whenExited(() -> told.add("exited"));
    life.whenDone(() -> told.add("done"));
    assertEquals(List.of("exited", "done"), told);
  }

  @Test
  void shouldRefuseToTellTheEndBeforeItIsOver() {
    assertThrows(NullPointerException.class, life(Durations.NEVER, 0)::end);
  }

  private Lifecycle life(long timeout, int outputs) {
    return new Lifecycle(Time.SYSTEM, settings, began, Durations.after(began, timeout), outputs);
  }
}
