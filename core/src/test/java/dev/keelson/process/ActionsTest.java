/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ActionsTest {

  private static final int MANY = 200;

  private final Actions actions = new Actions();
  private final List<String> told = new ArrayList<>();

  @Test
  void shouldRunNothingBeforeItHappensAndLaterActionsAtOnce() {
    actions.add(() -> told.add("early"));
    assertTrue(told.isEmpty());
    actions.runAll();
    actions.add(() -> told.add("late"));
    assertEquals(List.of("early", "late"), told);
  }

  @Test
  void shouldRunTheOthersWhenOneFailsAndThoseThatAnActionAdds() {
    actions.add(
        () -> {
          actions.add(() -> told.add("added"));
          throw new StackOverflowError("mine");
        });
    actions.add(() -> told.add("other"));
    actions.runAll();
    assertEquals(List.of("other", "added"), told);
  }

  @RepeatedTest(50)
  void shouldRunEachActionOnceWhenSomeComeAsItHappens() throws InterruptedException {
    AtomicIntegerArray runs = new AtomicIntegerArray(MANY);
    CountDownLatch under = new CountDownLatch(1);
    Thread adder =
        new Thread(
            () -> {
              for (int i = 0; i < MANY; i++) {
                int action = i;
                actions.add(() -> runs.incrementAndGet(action));
                under.countDown();
              }
            });
    adder.start();
    assertTrue(under.await(30, TimeUnit.SECONDS));
    actions.runAll();
    adder.join(TimeUnit.SECONDS.toMillis(30));
    for (int i = 0; i < MANY; i++) {
      assertEquals(1, runs.get(i), "action " + i);
    }
  }
}
