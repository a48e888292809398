/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import dev.keelson.testkit.Body;
import javax.annotation.Nullable;

/** Tries schedule after schedule until one fails. For one use. */
public final class Explorer {

  /** What a schedule's test is told of: its threads, and what to check when they are over. */
  public interface Stage {
    /** Adds a thread. */
    Thread thread(String name, Body body);

    /** Adds a check for the end. */
    void after(Body check);
  }

  /** Sets the stage for one schedule. */
  public interface Scenario {
    /** Makes the state, the threads and the checks. */
    void set(Stage stage) throws Exception;
  }

  /**
   * What failed.
   *
   * @param text all there is to say
   * @param token by which it is replayed
   * @param iteration which of the schedules it was, from 1
   * @param cause what was thrown, if something was
   */
  public record Failure(String text, String token, int iteration, @Nullable Throwable cause) {

    /** The same, and why it could not be run again. */
    Failure suppressing(Throwable hindered) {
      if (cause == null) {
        return new Failure(text, token, iteration, hindered);
      }
      if (cause != hindered) {
        cause.addSuppressed(hindered);
      }
      return this;
    }
  }

  /**
   * So many schedules with threads that block where nobody told of it are refused; fewer, if they
   * are all.
   */
  private static final int MOST_OUTSIDE = 5;

  private final Plan plan;
  private final Scenario scenario;

  /** The longest schedule so far. */
  private int length;

  private int outside;

  /** Does nothing yet. */
  public Explorer(Plan plan, Scenario scenario) {
    this.plan = plan;
    this.scenario = scenario;
  }

  /**
   * Tries them.
   *
   * @return the first that failed; null if none did
   * @throws Exception what setting the stage throws
   */
  public @Nullable Failure run() throws Exception {
    String replay = plan.replay();
    return replay == null ? explore() : replay(Token.parse(replay));
  }

  private @Nullable Failure explore() throws Exception {
    for (int number = 0; number < plan.iterations(); number++) {
      int known = length;
      Outcome outcome = play(plan.strategy(number, known));
      if (outcome.finding() != null) {
        return failed(number, known, outcome);
      }
      length = Math.max(length, outcome.trace().size());
      ScheduleText text = new ScheduleText(plan, number + 1, outcome);
      if (!outcome.outside().isEmpty() && ++outside == Math.min(MOST_OUTSIDE, plan.iterations())) {
        return failure(text.notInOurHands(outside), number, outcome);
      }
      Outcome other = outcome.outside().isEmpty() ? otherWay(number, outcome) : null;
      if (other != null && hasFailed(other)) {
        String said = new ScheduleText(plan, number + 1, other).failed(false);
        return failure(said, number, other);
      }
      if (other != null) {
        return failure(text.notTheSame(other), number, outcome);
      }
    }
    return null;
  }

  /**
   * What the same schedule becomes when it is run again, if that is something else; null if not. 1,
   * 2, 4, 8 and so on are looked at twice: a test that is not deterministic is found out early, and
   * cheaply. One that fails is what is looked for, wherever its threads blocked.
   */
  private @Nullable Outcome otherWay(int number, Outcome first) throws Exception {
    if (Integer.bitCount(number + 1) != 1) {
      return null;
    }
    Outcome second = again(first);
    if (hasFailed(second)) {
      return second;
    }
    if (second.isSameAs(first) || !second.outside().isEmpty()) {
      return null;
    }
    Outcome third = again(first); // the first time of all may be another: classes were set up
    if (hasFailed(third)) {
      return third;
    }
    return third.isSameAs(second) ? null : second;
  }

  private static boolean hasFailed(Outcome again) {
    Finding finding = again.finding();
    return finding != null && finding.kind() != Finding.Kind.DIVERGED;
  }

  private Outcome again(Outcome outcome) throws Exception {
    return play(new Replay(outcome.trace().who()));
  }

  /**
   * Says whether it fails again; if not, it is tried once more from its draw, now warm. A test that
   * cannot even be begun again, since its failure has left something behind, has failed all the
   * same.
   */
  private Failure failed(int number, int known, Outcome outcome) {
    Outcome shown = outcome;
    Boolean confirmed = null;
    Throwable hindered = null;
    try {
      confirmed = confirmed(shown);
      if (Boolean.FALSE.equals(confirmed)) {
        Outcome warm = play(plan.strategy(number, known));
        if (warm.finding() != null) {
          shown = warm;
          confirmed = null;
          confirmed = confirmed(shown);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      hindered = e;
    } catch (Exception | Error e) {
      hindered = e;
    }
    ScheduleText text = new ScheduleText(plan, number + 1, shown);
    Failure failure = failure(text.failed(confirmed), number, shown);
    return hindered == null ? failure : failure.suppressing(hindered);
  }

  /** Null if it cannot be expected to fail again. */
  private @Nullable Boolean confirmed(Outcome outcome) throws Exception {
    return outcome.outside().isEmpty() ? again(outcome).isSameAs(outcome) : null;
  }

  private @Nullable Failure replay(Token token) throws Exception {
    int steps = Math.max(plan.maxSteps(), token.who().length);
    Outcome outcome = play(new Replay(token.who()), steps);
    ScheduleText text = new ScheduleText(plan, 1, outcome);
    Finding finding = outcome.finding();
    boolean stale =
        finding == null
            ? outcome.trace().hash() != token.hash()
            : finding.kind() == Finding.Kind.DIVERGED;
    if (stale) {
      return failure(text.stale(), 0, outcome);
    }
    return finding == null ? null : failure(text.failed(true), 0, outcome);
  }

  private static Failure failure(String text, int number, Outcome outcome) {
    Finding finding = outcome.finding();
    Throwable cause = finding == null ? null : finding.cause();
    return new Failure(text, Token.of(outcome.trace()).toString(), number + 1, cause);
  }

  private Outcome play(Strategy strategy) throws Exception {
    return play(strategy, plan.maxSteps());
  }

  private Outcome play(Strategy strategy, int maxSteps) throws Exception {
    Performance performance = new Performance(new Baton(strategy, maxSteps));
    return performance.of(scenario);
  }
}
