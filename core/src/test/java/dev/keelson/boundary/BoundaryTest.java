/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Order, outcomes and failures, on one thread. */
class BoundaryTest {

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final List<HookRegistration> kept = new ArrayList<>();

  @AfterEach
  void closeAll() {
    kept.forEach(HookRegistration::close);
  }

  private Recording register(String name, int phase) {
    Recording hook = new Recording(name, log);
    kept.add(Boundary.register(this, hook, phase));
    return hook;
  }

  private int act(BoundaryContext context) {
    log.add("action");
    return 7;
  }

  @Test
  void shouldCallBeforeInReverseAndAfterInOrder() throws Exception {
    register("a", 0);
    register("b", 0);
    register("early", -5);
    register("late", 5);
    assertEquals(7, Boundary.<Integer, RuntimeException>cross(this::act));
    assertEquals(
        List.of(
            "before late",
            "before b",
            "before a",
            "before early",
            "action",
            "after early CROSSED",
            "after a CROSSED",
            "after b CROSSED",
            "after late CROSSED"),
        log);
  }

  @Test
  void shouldNotifyAllAndNotCrossWhenSomebodyRefuses() {
    register("a", 0);
    IOException refusal = new IOException("disk full");
    register("b", 0).refusal = refusal;
    register("c", 0);
    BoundaryException e =
        assertThrows(
            BoundaryException.class, () -> Boundary.<Integer, RuntimeException>cross(this::act));
    assertEquals(BoundaryOutcome.ABORTED, e.outcome());
    assertEquals(List.of(refusal), e.failures());
    assertTrue(e.getMessage().contains("disk full"), e.getMessage());
    assertEquals(
        List.of(
            "before c",
            "before b",
            "before a",
            "after a ABORTED",
            "after b ABORTED",
            "after c ABORTED"),
        log);
  }

  @Test
  void shouldCrossNeverthelessWhenFailuresAreOnlyLogged() throws Exception {
    register("a", 0).refusal = new IOException("disk full");
    register("b", 0).failureAfter = new IOException("still full");
    int result = Boundary.cross(BoundaryOptions.defaults().logFailures(), this::act);
    assertEquals(7, result);
    assertEquals(
        List.of("before b", "before a", "action", "after a CROSSED", "after b CROSSED"), log);
  }

  @Test
  void shouldThrowWhatTheActionThrowsWithTheFailuresOfHooks() {
    IOException late = new IOException("late");
    register("a", 0).failureAfter = late;
    IOException thrown = new IOException("no memory for a child");
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Boundary.cross(
                    context -> {
                      throw thrown;
                    }));
    assertSame(thrown, e);
    assertEquals(List.of(late), Arrays.asList(e.getSuppressed()));
    assertEquals(List.of("before a", "after a FAILED"), log);
  }

  @Test
  void shouldHandOverTheResultWhenAHookFailsAfterwards() {
    register("a", 0).failureAfter = new IOException("x");
    register("b", 0).failureAfter = new IOException("y");
    BoundaryException e =
        assertThrows(
            BoundaryException.class, () -> Boundary.<Integer, RuntimeException>cross(this::act));
    assertEquals(BoundaryOutcome.CROSSED, e.outcome());
    assertEquals(7, e.result());
    assertEquals(2, e.failures().size());
  }

  @Test
  void shouldCatchErrorsOfHooksToo() {
    register("a", 0);
    kept.add(
        Boundary.register(
            this,
            new BoundaryHook() {
              @Override
              public void before(BoundaryContext context) {
                throw new StackOverflowError();
              }
            }));
    BoundaryException e =
        assertThrows(
            BoundaryException.class, () -> Boundary.<Integer, RuntimeException>cross(this::act));
    assertEquals(StackOverflowError.class, e.failures().get(0).getClass());
    assertEquals(List.of("before a", "after a ABORTED"), log);
  }

  @Test
  void shouldCallTheChildsSideWhenTheActionSaysSo() throws Exception {
    register("a", 0);
    register("b", 0);
    Boundary.cross(
        context -> {
          context.continueAsChild();
          return act(context);
        });
    assertEquals(List.of("before b", "before a", "action", "child a", "child b"), log);
  }

  @Test
  void shouldCollectFailuresOfTheChildsSide() {
    register("a", 0).failureAfter = new IOException("x");
    register("b", 0);
    BoundaryException e =
        assertThrows(
            BoundaryException.class,
            () ->
                Boundary.cross(
                    context -> {
                      context.continueAsChild();
                      return 1;
                    }));
    assertEquals(1, e.failures().size());
    assertEquals(List.of("before b", "before a", "child a", "child b"), log);
  }

  @Test
  void shouldTakeInANewHookOnlyAtTheNextCrossing() throws Exception {
    kept.add(
        Boundary.register(
            this,
            new BoundaryHook() {
              @Override
              public void before(BoundaryContext context) {
                register("new", 0);
              }
            }));
    Boundary.<Integer, RuntimeException>cross(this::act);
    assertEquals(List.of("action"), log);
    kept.get(0).close();
    log.clear();
    Boundary.<Integer, RuntimeException>cross(this::act);
    assertEquals(List.of("before new", "action", "after new CROSSED"), log);
  }

  @Test
  void shouldStillCallAfterOfAHookThatIsClosedMeanwhile() throws Exception {
    register("a", 0);
    Boundary.cross(
        context -> {
          kept.get(0).close();
          return act(context);
        });
    assertEquals(List.of("before a", "action", "after a CROSSED"), log);
    assertFalse(kept.get(0).isOpen());
    Boundary.<Integer, RuntimeException>cross(this::act);
    assertEquals(4, log.size());
  }

  @Test
  void shouldRefuseACrossingInsideACrossing() throws Exception {
    kept.add(
        Boundary.register(
            this,
            new BoundaryHook() {
              @Override
              public void before(BoundaryContext context) throws Exception {
                Boundary.cross(inner -> 1);
              }
            }));
    BoundaryException e = assertThrows(BoundaryException.class, () -> Boundary.cross(context -> 1));
    assertEquals(IllegalStateException.class, e.failures().get(0).getClass());
    kept.get(0).close();
    IllegalStateException inAction =
        assertThrows(
            IllegalStateException.class, () -> Boundary.cross(context -> Boundary.cross(c -> 1)));
    assertTrue(inAction.getMessage().contains("crosses"), inAction.getMessage());
    assertEquals(1, Boundary.<Integer, RuntimeException>cross(context -> 1));
  }

  @Test
  void shouldCarryValuesWithinTheirLimits() {
    BoundaryContext context = BoundaryContext.of("x", java.util.Map.of("k", "v"));
    context.put("k", "longer");
    assertEquals("longer", context.get("k"));
    assertThrows(IllegalArgumentException.class, () -> context.put("", "v"));
    assertThrows(IllegalArgumentException.class, () -> context.put("k\0", "v"));
    String most = "x".repeat(BoundaryContext.MAX_CHARACTERS - "klonger".length() - 1);
    context.put("m", most);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> context.put("n", ""));
    assertTrue(e.getMessage().contains("file"), e.getMessage());
    context.put("m", "");
    context.put("n", "");
  }

  @Test
  void shouldRefuseBadArguments() {
    assertThrows(NullPointerException.class, () -> Boundary.register(this, null));
    assertThrows(NullPointerException.class, () -> Boundary.register(null, new BoundaryHook() {}));
    assertThrows(NullPointerException.class, () -> Boundary.cross(null));
    assertThrows(NullPointerException.class, () -> Boundary.childMain(null));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> BoundaryOptions.defaults().hookBudget(java.time.Duration.ofMillis(-1)));
    assertTrue(e.getMessage().contains("hookBudget is PT-0.001S"), e.getMessage());
  }
}
