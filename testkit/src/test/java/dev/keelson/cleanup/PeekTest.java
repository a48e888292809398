/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Schedule;
import dev.keelson.testkit.ScheduleTest;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;

/** What is over shows its state to nobody, also while the one who has claimed it goes on. */
@Tag("process")
class PeekTest {

  private static final Cleaner CLEANER = Cleaner.create();

  private static void look(Schedule schedule, CleanupRealm realm, Registrar registrar) {
    Object owner = new Object();
    AtomicInteger runs = new AtomicInteger();
    Registration<AtomicInteger> registration = registrar.register(realm, owner, runs);
    schedule.thread("close", registration::close);
    schedule.thread(
        "look",
        () -> {
          boolean waits = registration.isAlive();
          Optional<AtomicInteger> seen = registration.peek();
          assertTrue(waits || seen.isEmpty(), "the state of what is over");
        });
    schedule.after(
        () -> {
          assertEquals(1, runs.get());
          assertEquals(Optional.empty(), registration.peek());
          realm.close();
          Reference.reachabilityFence(owner);
        });
  }

  private interface Registrar {
    Registration<AtomicInteger> register(CleanupRealm realm, Object owner, AtomicInteger state);
  }

  private static Registration<AtomicInteger> plainly(
      CleanupRealm realm, Object owner, AtomicInteger state) {
    return realm.register(owner, state, AtomicInteger::incrementAndGet);
  }

  private static Registration<AtomicInteger> inAScope(
      CleanupRealm realm, Object owner, AtomicInteger state) {
    return realm.scope(owner).register(state, AtomicInteger::incrementAndGet);
  }

  @ScheduleTest(iterations = 100, depth = 2)
  void shouldShowNothingOnceItIsClaimed(Schedule schedule) {
    look(schedule, CleanupRealm.named("peek"), PeekTest::plainly);
  }

  @ScheduleTest(iterations = 100, depth = 2)
  void shouldShowNothingOfAScopeOnceItIsClaimed(Schedule schedule) {
    look(schedule, CleanupRealm.named("peek"), PeekTest::inAScope);
  }

  @ScheduleTest(iterations = 100, depth = 2)
  void shouldShowNothingOnceACleanersIsClaimed(Schedule schedule) {
    look(schedule, CleanupRealm.over(CLEANER), PeekTest::plainly);
  }
}
