/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.HangText;
import dev.keelson.testkit.internal.Overflow;
import dev.keelson.testkit.internal.UserFrames;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * What is said of a schedule that failed: the verdict first, at most 60 lines, the rest in a file.
 */
final class ScheduleText {

  private static final int MOST_STEPS = 36;
  private static final int MOST_DETAILS = 12;
  private static final int FRAMES = 3;

  private final Plan plan;
  private final int iteration;
  private final Outcome outcome;
  private final List<String> lines = new ArrayList<>();

  ScheduleText(Plan plan, int iteration, Outcome outcome) {
    this.plan = plan;
    this.iteration = iteration;
    this.outcome = outcome;
  }

  /**
   * A schedule failed.
   *
   * @param confirmed whether it failed again in the same way; null if it was not tried again
   */
  String failed(@Nullable Boolean confirmed) {
    Finding finding = requireNonNull(outcome.finding());
    lines.add(which() + " fails: " + finding.verdict());
    details(UserFrames.of(finding.cause(), FRAMES), "    ");
    details(finding.details(), "  ");
    trace();
    outside();
    if (Boolean.FALSE.equals(confirmed)) {
      lines.add("not deterministic: the same schedule, run again, went another way or ended well");
    }
    replay(confirmed);
    return end();
  }

  /** The same schedule went two ways. */
  String notTheSame(Outcome again) {
    lines.add(which() + " is not deterministic: run again, it went another way");
    int same = 0;
    List<Trace.Step> one = outcome.trace().steps();
    List<Trace.Step> other = again.trace().steps();
    while (same < Math.min(one.size(), other.size())
        && one.get(same).who() == other.get(same).who()
        && one.get(same).point().equals(other.get(same).point())) {
      same++;
    }
    lines.add("  first step " + (same + 1) + " was " + step(one, same));
    lines.add("  then step " + (same + 1) + " was " + step(other, same));
    trace();
    lines.add("to fix: make all state in the test method, use no clock, no random number and no");
    lines.add("  thread that is not the schedule's, and do not iterate over identity hashes");
    return end();
  }

  private String step(List<Trace.Step> steps, int index) {
    if (index >= steps.size()) {
      return "none, the schedule was over";
    }
    Trace.Step step = steps.get(index);
    return "\"" + outcome.names().get(step.who()) + "\" at " + step.point();
  }

  /** Too many threads block outside. */
  String notInOurHands(int schedules) {
    lines.add(
        "not explored: in "
            + schedules
            + " of "
            + iteration
            + " schedules a thread blocked where no point is");
    outside();
    lines.add("to fix: wait there for a thread of the schedule by what Keelson has (its locks,");
    lines.add("  conditions and wakers), or say it first with SchedulePoints.await");
    return end();
  }

  /** The token is of another program. */
  String stale() {
    lines.add(
        "the replay shows nothing: the code takes other steps than those of " + plan.replay());
    trace();
    lines.add("to fix: take the token out, and explore again");
    return end();
  }

  private String which() {
    return plan.replay() == null
        ? "schedule " + iteration + " of " + plan.iterations()
        : "replayed schedule";
  }

  private void details(List<String> details, String indent) {
    details.stream().limit(MOST_DETAILS).forEach(line -> lines.add(indent + line));
  }

  private void trace() {
    List<String> all = TraceTable.of(outcome);
    List<String> steps = all.subList(1, all.size());
    lines.add(all.get(0));
    if (steps.size() > MOST_STEPS) {
      String file = Overflow.write("schedule", all).map(path -> ", all in " + path).orElse("");
      lines.add("        ... " + (steps.size() - MOST_STEPS) + " steps before" + file);
    }
    lines.addAll(steps.subList(Math.max(0, steps.size() - MOST_STEPS), steps.size()));
    if (outcome.trace().steps().stream().anyMatch(Trace.Step::cuts)) {
      lines.add("  * the one before could have gone on");
    }
  }

  private void outside() {
    List<String> outside = outcome.outside();
    if (!outside.isEmpty()) {
      lines.add("blocked where no point is, so that a replay may go another way:");
      details(outside.stream().limit(FRAMES).toList(), "  ");
    }
  }

  private void replay(@Nullable Boolean confirmed) {
    String token = Token.of(outcome.trace()).toString();
    if (token.length() > 2_000) {
      String file =
          Overflow.write("schedule-token", List.of(token)).map(Object::toString).orElse(null);
      if (file != null) {
        lines.add("to replay: @ScheduleTest(replay = \"...\") with the token in " + file);
        return;
      }
    }
    lines.add("to replay: @ScheduleTest(replay = \"" + token + "\")");
    if (Boolean.TRUE.equals(confirmed) && plan.replay() == null) {
      lines.add("  done once: it fails again in the same way");
    }
  }

  private String end() {
    lines.add((plan.replay() == null ? plan + ", " : "") + HangText.where());
    return String.join("\n", lines);
  }
}
