/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.spi.SchedulePoints;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is run under many schedules of its threads, one after the other, until one fails;
 * that one can be run again by a token in the message.
 *
 * <pre>{@code
 * @ScheduleTest(iterations = 2_000, depth = 2)
 * void shouldCountBoth(Schedule schedule) {
 *   Counter counter = new Counter();
 *   schedule.thread("one", counter::increment);
 *   schedule.thread("two", counter::increment);
 *   schedule.after(() -> assertEquals(2, counter.value()));
 * }
 * }</pre>
 *
 * <p>The method is called once for each schedule, and makes all state anew; {@code @BeforeEach} and
 * {@code @AfterEach} run once around them all. It is one test to JUnit.
 *
 * <p>One thread of the schedule runs at a time. Another may take its place where Keelson's locks,
 * conditions, wakers, links and cleanup have their points, where they wait, and where the program
 * itself says {@link SchedulePoints#reach}. Each wait in one of them ends in the schedule's own
 * time, which stands still while any thread can go on.
 *
 * <p>What fails: a thread or a check that throws; threads that all wait; a schedule that does not
 * end; a test whose schedules are not the same when they are run again; and a test whose threads
 * wait for each other where no point is, because then nobody knows who can go on.
 *
 * <p><b>Limitations.</b> Each schedule is sequentially consistent: a missing {@code volatile} is
 * not found. Steps between two points are not taken apart. Locks and queues of the JDK have no
 * points: a thread that blocks in one costs a quarter of a second, and five such schedules, or all
 * where they are fewer, are refused. Threads that are not the schedule's, Keelson's own included,
 * are not controlled. A {@code ResettableLock} hands over to whom the schedule wants, also where it
 * is fair. {@code Condition.awaitUntil} waits for the system's clock and should not be used.
 *
 * <p>Needs the testkit on the same path as core.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(ScheduleExtension.class)
public @interface ScheduleTest {

  /** How many schedules are tried; 1,000 by default. */
  int iterations() default Schedules.ITERATIONS;

  /** Which ones; {@link ScheduleStrategy#PCT} by default. */
  ScheduleStrategy strategy() default ScheduleStrategy.PCT;

  /** How many things have to come in one order for the bug to show, for PCT; 3 by default. */
  int depth() default Schedules.DEPTH;

  /**
   * Of all that is drawn by lot; 1 by default, so that a test is red always or never. The system
   * property {@code keelson.testkit.scheduleSeed} takes its place.
   */
  long seed() default 1;

  /** How many steps a schedule may take; 10,000 by default. */
  int maxSteps() default Schedules.MAX_STEPS;

  /** The token of a failed schedule: that one is run, and no other. */
  String replay() default "";
}
