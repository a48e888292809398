/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.testkit.internal.Step.Kind;
import java.util.List;

/** Joins steps to a script, and sees to it that the script ends. */
public final class Script {

  private static final String PRELUDE =
      """
      cp_limit={}; cp_kids=
      PATH=${PATH:+$PATH:}/usr/bin:/bin
      cp_nap() { sleep "$1" </dev/null >/dev/null 2>&1 & wait $!; }
      cp_limited() {
      if command -v perl >/dev/null 2>&1; then
      PERL_BADLANG=0 perl -e {} "$cp_limit" "$@"
      else "$@"; fi
      }
      """;

  /** Sets an alarm, which outlives exec and is no child's, and becomes another program. */
  private static final String ALARM =
      "delete $ENV{PERL_BADLANG}; $SIG{ALRM} = \"DEFAULT\"; alarm shift; exec @ARGV";

  /** What fits into a fresh pipe even where an unprivileged user has used up the large ones. */
  private static final int NEVER_BLOCKS = 4096;

  private Script() {}

  /** A handler's body: no prelude, no exec, no end of its own. */
  public static String body(List<Step> steps) {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append(step.text()).append('\n');
    }
    return text.toString();
  }

  /** A whole program. */
  public static String program(List<Step> steps, long limitSeconds) {
    StringBuilder text = new StringBuilder(Shell.fill(PRELUDE, limitSeconds, Shell.quote(ALARM)));
    boolean handlers = has(steps, Kind.HANDLER);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String last = step.last();
      boolean replace = i == steps.size() - 1 && last != null && !handlers;
      text.append(replace ? last : step.text()).append('\n');
    }
    text.append("exit 0\n");
    return mayBlock(steps) ? armed(text.toString(), limitSeconds) : text.toString();
  }

  /**
   * A program that may block on a pipe first becomes a perl that sets an alarm and becomes a shell
   * again: still one process, still the same pid. One that shows its environment stays as it is,
   * since the first shell would add to the environment.
   */
  private static boolean mayBlock(List<Step> steps) {
    long output = steps.stream().mapToLong(Step::output).sum();
    return (has(steps, Kind.BLOCKING) || output > NEVER_BLOCKS) && !has(steps, Kind.ENVIRONMENT);
  }

  private static String armed(String body, long limitSeconds) {
    return "command -v perl >/dev/null 2>&1 && PERL_BADLANG=0 exec perl -e "
        + Shell.quote(ALARM)
        + " "
        + limitSeconds
        + " sh -c "
        + Shell.quote(body)
        + " \"$0\" \"$@\"\n"
        + body;
  }

  private static boolean has(List<Step> steps, Kind kind) {
    return steps.stream().anyMatch(step -> step.kind() == kind);
  }
}
