/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Budgets, overruns, waiting for quiet and for another thread's crossing. */
@Tag("process")
@Timeout(60)
class BoundaryTimesTest {

  private static final Duration SOON = Duration.ofMillis(30);

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final List<HookRegistration> kept = new ArrayList<>();

  @AfterEach
  void closeAll() {
    kept.forEach(HookRegistration::close);
  }

  private void slowUntil(CountDownLatch free) {
    kept.add(
        Boundary.register(
            this,
            new BoundaryHook() {
              @Override
              public void before(BoundaryContext context) throws Exception {
                aRecognisableFrame(free);
              }
            }));
  }

  private static void aRecognisableFrame(CountDownLatch free) throws InterruptedException {
    free.await();
  }

  private static boolean shows(Throwable overrun, String method) {
    return Arrays.stream(overrun.getStackTrace()).anyMatch(f -> f.getMethodName().equals(method));
  }

  @Test
  void shouldTellOfAnOverrunWhileTheHookRunsAndThenGiveUp() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    kept.add(Boundary.register(this, new Recording("never", log), -1));
    slowUntil(free);
    kept.add(Boundary.register(this, new Recording("first", log), 1));
    BlockingQueue<HookOverrunException> told = new ArrayBlockingQueue<>(1);
    // Ample to get as far as the frame, on a busy machine too.
    BoundaryOptions options =
        BoundaryOptions.defaults().hookBudget(Duration.ofMillis(2_500)).onOverrun(told::add);
    Thread freer =
        new Thread(
            () -> {
              try {
                HookOverrunException live = told.take(); // told although it has not returned
                log.add("told " + shows(live, "aRecognisableFrame"));
                free.countDown();
              } catch (InterruptedException e) {
                log.add("interrupted");
              }
            });
    freer.start();
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    freer.join();
    assertEquals(BoundaryOutcome.OVERRUN, e.outcome());
    assertTrue(shows(e.failures().get(0), "aRecognisableFrame"));
    assertTrue(e.getMessage().contains("takes longer than 2500 ms"), e.getMessage());
    assertEquals(List.of("before first", "told true", "after first OVERRUN"), log);
  }

  @Test
  void shouldGiveUpBetweenTwoHooksWhenTheTotalIsSpent() throws Exception {
    kept.add(Boundary.register(this, new Recording("never", log), -1));
    kept.add(
        Boundary.register(
            this,
            new BoundaryHook() {
              @Override
              public void before(BoundaryContext context) throws Exception {
                Thread.sleep(5);
              }
            }));
    BoundaryOptions options = BoundaryOptions.defaults().totalBudget(Duration.ofMillis(1));
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    assertEquals(BoundaryOutcome.OVERRUN, e.outcome());
    assertTrue(e.getMessage().contains("together"), e.getMessage());
    assertEquals(List.of(), log);
  }

  @Test
  void shouldInterruptAnOverrunWhenAskedTo() {
    slowUntil(new CountDownLatch(1));
    BoundaryOptions options =
        BoundaryOptions.defaults().hookBudget(SOON).interruptOverrun().onOverrun(overrun -> {});
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    assertEquals(BoundaryOutcome.OVERRUN, e.outcome());
    assertInstanceOf(InterruptedException.class, e.failures().get(0));
    assertInstanceOf(HookOverrunException.class, e.failures().get(1));
  }

  @Test
  void shouldNeverTakeOneHookForAnother() throws Exception {
    for (int i = 0; i < 3; i++) {
      kept.add(Boundary.register(this, new BoundaryHook() {}));
    }
    BoundaryOptions options =
        BoundaryOptions.defaults().hookBudget(Duration.ZERO).onOverrun(overrun -> {});
    for (int i = 0; i < 200; i++) { // the alarm and the return meet
      try {
        Boundary.cross(options, context -> 1);
      } catch (BoundaryException e) {
        e.failures().forEach(f -> assertInstanceOf(HookOverrunException.class, f));
      }
    }
  }

  private void busyFor(int looks) {
    AtomicInteger left = new AtomicInteger(looks);
    kept.add(
        Boundary.register(
            this,
            new BoundaryHook() {
              @Override
              public boolean isQuiet() {
                return left.getAndDecrement() <= 0;
              }

              @Override
              public String whyBusy() {
                return "three requests are in flight";
              }
            }));
  }

  @Test
  void shouldWaitUntilEverybodyIsQuiet() throws Exception {
    busyFor(3);
    busyFor(1);
    BoundaryOptions options = BoundaryOptions.defaults().quiesce(Duration.ofSeconds(30));
    assertEquals(1, Boundary.<Integer, RuntimeException>cross(options, context -> 1));
  }

  @Test
  void shouldGiveUpWithTheReasonWhenSomebodyStaysBusy() {
    busyFor(Integer.MAX_VALUE);
    kept.add(Boundary.register(this, new Recording("a", log)));
    BoundaryOptions options = BoundaryOptions.defaults().quiesce(SOON);
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    assertEquals(BoundaryOutcome.ABORTED, e.outcome());
    assertTrue(e.getMessage().contains("three requests are in flight"), e.getMessage());
    assertEquals(List.of("before a", "after a ABORTED"), log);
  }

  @Test
  void shouldRefuseWhenAHookCannotSayWhetherItIsQuiet() {
    RuntimeException planted = new IllegalStateException("planted");
    BoundaryHook unable =
        new BoundaryHook() {
          @Override
          public boolean isQuiet() {
            throw planted;
          }
        };
    kept.add(Boundary.register(this, unable));
    kept.add(Boundary.register(this, new Recording("a", log)));
    BoundaryOptions options = BoundaryOptions.defaults().quiesce(Duration.ofSeconds(30));
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    assertEquals(BoundaryOutcome.ABORTED, e.outcome());
    assertEquals(List.of(planted), e.failures());
    assertEquals(List.of("before a", "after a ABORTED"), log);
    assertThrows(
        BoundaryException.class, () -> Boundary.cross(options.logFailures(), context -> 1));
  }

  @Test
  void shouldTellTheHookThatCannotSayWhyItIsBusy() {
    RuntimeException planted = new IllegalStateException("planted");
    BoundaryHook unable =
        new BoundaryHook() {
          @Override
          public boolean isQuiet() {
            return false;
          }

          @Override
          public String whyBusy() {
            throw planted;
          }
        };
    kept.add(Boundary.register(this, unable));
    BoundaryOptions options = BoundaryOptions.defaults().quiesce(SOON);
    BoundaryException e =
        assertThrows(BoundaryException.class, () -> Boundary.cross(options, context -> 1));
    assertSame(planted, e.failures().get(0).getCause());
    assertTrue(e.getMessage().contains("not quiet"), e.getMessage());
  }

  @Test
  void shouldGiveUpWhenInterruptedWhileItWaitsForQuiet() {
    busyFor(Integer.MAX_VALUE);
    kept.add(Boundary.register(this, new Recording("a", log)));
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class,
        () ->
            Boundary.cross(
                BoundaryOptions.defaults().quiesce(Duration.ofSeconds(30)), context -> 1));
    assertEquals(List.of("before a", "after a ABORTED"), log);
  }

  private static Thread crossing(CountDownLatch inside, CountDownLatch free) {
    Thread other =
        new Thread(
            () -> {
              try {
                Boundary.cross(
                    BoundaryOptions.defaults().label("checkpoint"),
                    context -> {
                      inside.countDown();
                      free.await();
                      return 1;
                    });
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            "the-other-one");
    other.start();
    return other;
  }

  @Test
  void shouldWaitForAnotherThreadsCrossingAndSayWhoseItIs() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    Thread other = crossing(inside, free);
    inside.await();
    while (other.getState() != Thread.State.WAITING) { // it has come to where it waits
      Thread.sleep(1);
    }
    BoundaryException e =
        assertThrows(
            BoundaryException.class,
            () -> Boundary.cross(BoundaryOptions.defaults().patience(SOON), context -> 1));
    assertTrue(e.getMessage().contains("checkpoint"), e.getMessage());
    assertTrue(e.getMessage().contains("the-other-one"), e.getMessage());
    assertTrue(shows(e.failures().get(0), "await"), "its stack");
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> Boundary.cross(context -> 1));
    free.countDown();
    assertEquals(1, Boundary.<Integer, RuntimeException>cross(context -> 1));
    other.join();
  }

  @Test
  void shouldTakeTheTurnOfAThreadThatIsGone() throws Exception {
    Thread dead = new Thread(() -> assertNotNull(take()));
    dead.start();
    dead.join();
    assertEquals(1, Boundary.<Integer, RuntimeException>cross(context -> 1));
  }

  /** As a thread does that ends in the middle of a crossing. */
  private static Turn take() {
    try {
      return Turn.take("lost", TimeUnit.SECONDS.toNanos(30));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
