/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.schedule.Explorer;
import dev.keelson.testkit.internal.schedule.Plan;
import javax.annotation.Nullable;
import javax.annotation.concurrent.Immutable;

/**
 * Tries schedules of a few threads until one fails, for any test framework; {@link ScheduleTest} is
 * the same for JUnit, and says what is explored and what is not.
 *
 * <pre>{@code
 * Schedules.pct(2).iterations(2_000).check(schedule -> {
 *   Counter counter = new Counter();
 *   schedule.thread("one", counter::increment);
 *   schedule.thread("two", counter::increment);
 *   schedule.after(() -> assertEquals(2, counter.value()));
 * });
 * }</pre>
 *
 * <p>Immutable and safe for use by multiple threads.
 */
@Immutable
public final class Schedules {

  /** One schedule's state, threads and checks; called once for each schedule. */
  @FunctionalInterface
  public interface Scenario {
    /** Makes all of them anew. */
    void set(Schedule schedule) throws Exception;
  }

  static final int ITERATIONS = 1_000;
  static final int DEPTH = 3;
  static final int MAX_STEPS = 10_000;

  private final Plan plan;

  private Schedules(Plan plan) {
    this.plan = plan;
  }

  /**
   * {@link ScheduleStrategy#PCT}: 1,000 schedules of at most 10,000 steps each, seed 1.
   *
   * @param depth how many things have to come in one order; 2 and 3 find most
   * @throws IllegalArgumentException if it is less than 1
   */
  public static Schedules pct(int depth) {
    return of(ScheduleStrategy.PCT, depth, ITERATIONS, 1, MAX_STEPS, null);
  }

  /** {@link ScheduleStrategy#RANDOM}: 1,000 schedules of at most 10,000 steps each, seed 1. */
  public static Schedules random() {
    return of(ScheduleStrategy.RANDOM, DEPTH, ITERATIONS, 1, MAX_STEPS, null);
  }

  /**
   * The one schedule of a {@link ScheduleError}.
   *
   * @throws IllegalArgumentException if it is no token
   */
  public static Schedules replay(String token) {
    requireNonNull(token, "token");
    return of(ScheduleStrategy.PCT, DEPTH, 1, 1, MAX_STEPS, token);
  }

  static Schedules of(
      ScheduleStrategy strategy,
      int depth,
      int iterations,
      long seed,
      int maxSteps,
      @Nullable String replay) {
    if (depth < 1) {
      throw new IllegalArgumentException("depth is " + depth + "; it must be at least 1");
    }
    int changes = strategy == ScheduleStrategy.PCT ? depth : 0;
    return new Schedules(new Plan(changes, iterations, seed, maxSteps, replay));
  }

  /**
   * How many are tried.
   *
   * @throws IllegalArgumentException if that is less than one
   */
  public Schedules iterations(int count) {
    return new Schedules(
        new Plan(plan.depth(), count, plan.seed(), plan.maxSteps(), plan.replay()));
  }

  /** Of all that is drawn by lot: the same seed tries the same schedules. */
  public Schedules seed(long seed) {
    return new Schedules(
        new Plan(plan.depth(), plan.iterations(), seed, plan.maxSteps(), plan.replay()));
  }

  /**
   * How many steps a schedule may take; one that takes more fails.
   *
   * @throws IllegalArgumentException if that is less than one
   */
  public Schedules maxSteps(int count) {
    return new Schedules(
        new Plan(plan.depth(), plan.iterations(), plan.seed(), count, plan.replay()));
  }

  /**
   * Tries them.
   *
   * @throws ScheduleError if one fails: a thread or a check throws, all threads wait for each
   *     other, it does not end, it is not the same when it is run again, or it cannot be explored
   *     because threads wait where no point is
   * @throws IllegalStateException if the scenario adds no thread
   * @throws InterruptedException if the calling thread is interrupted
   * @throws Exception what the scenario throws
   */
  public void check(Scenario scenario) throws Exception {
    requireNonNull(scenario, "scenario");
    Explorer explorer = new Explorer(plan, stage -> scenario.set(new Schedule(stage)));
    Explorer.Failure failure = explorer.run();
    if (failure != null) {
      throw new ScheduleError(failure);
    }
  }
}
