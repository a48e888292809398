/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * The words of a fake launcher's complaints: the verdict first, then what is near, then the fix.
 */
final class Texts {

  private static final int MOST_LINES = 60;
  private static final int MOST_LISTED = 12;

  private Texts() {}

  /** A launch that nobody registered. */
  static String unexpected(Launch launch, List<Registration> registrations) {
    StringBuilder text = new StringBuilder("unexpected launch: " + launch.shown() + "\n");
    Optional<Registration> nearest = nearest(launch, registrations);
    if (nearest.isPresent()) {
      Registration near = nearest.get();
      text.append("  nearest: ").append(near.pattern).append("   ").append(near.site).append('\n');
      text.append("    ").append(why(near, launch)).append('\n');
    } else {
      text.append("  nothing is registered\n");
    }
    if (registrations.size() > 1) {
      text.append("  registered:\n");
      registrations.stream().limit(MOST_LISTED).forEach(each -> text.append(line(each)));
      if (registrations.size() > MOST_LISTED) {
        text.append("    and ").append(registrations.size() - MOST_LISTED).append(" more\n");
      }
    }
    return text.append(
            "  to fix: correct the code that launched it, or register it with on(...)\n"
                + "  to allow: passThrough(...) lets a command run for real")
        .toString();
  }

  private static String why(Registration near, Launch launch) {
    if (near.pattern.matches(launch.words())) {
      return "it matches, and was launched "
          + times(near.launched)
          + " already, as often as it may be: times("
          + (near.launched + 1)
          + "), repeatedly() or then()";
    }
    return near.pattern.difference(launch.words(), word -> masked(word, launch));
  }

  /** A word that the shown line does not have is a secret. */
  private static String masked(String word, Launch launch) {
    String shown = Words.shown(word);
    return launch.shown().contains(shown) ? shown : "a secret";
  }

  private static Optional<Registration> nearest(Launch launch, List<Registration> registrations) {
    return registrations.stream()
        .min(Comparator.comparingDouble(each -> each.pattern.distance(launch.words())));
  }

  private static String line(Registration each) {
    return "    "
        + each.pattern
        + "   "
        + expected(each)
        + ", launched "
        + times(each.launched)
        + "\n";
  }

  private static String expected(Registration each) {
    if (each.most == Integer.MAX_VALUE) {
      return each.least == 0 ? "allowed" : "expected";
    }
    return (each.least == 0 ? "allowed " : "expected ") + times(each.most);
  }

  private static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }

  /** Registrations that were not used as often as they must be, or null. */
  static @Nullable String unused(List<Registration> registrations, List<Launch> launches) {
    List<Registration> unused =
        registrations.stream().filter(each -> each.launched < each.least).toList();
    if (unused.isEmpty()) {
      return null;
    }
    String verdict =
        unused.size() == 1
            ? "1 registered command was not launched:\n"
            : unused.size() + " registered commands were not launched:\n";
    return unused.stream()
            .limit(MOST_LISTED)
            .map(each -> unused(each, registrations, launches))
            .collect(Collectors.joining("", verdict, ""))
        + "  to fix: launch it, or drop the registration\n"
        + "  to allow: optional()";
  }

  private static String unused(Registration each, List<Registration> all, List<Launch> launches) {
    String start = line(each) + "      registered " + each.site + "\n";
    for (Registration before : all.subList(0, all.indexOf(each))) {
      Optional<Launch> taken = taken(before, each.pattern);
      if (taken.isPresent()) {
        return start
            + "      "
            + taken.get().shown()
            + " was launched, but a registration before this one took it: "
            + (isWider(before, each.pattern)
                ? "register this one first\n"
                : "of those that match, the first that is not used up does\n")
            + "        "
            + before.pattern
            + "   "
            + before.site
            + "\n";
      }
    }
    String nearest =
        launches.stream()
            .filter(launch -> !each.pattern.matches(launch.words()))
            .min(Comparator.comparingDouble(launch -> each.pattern.distance(launch.words())))
            .map(
                launch ->
                    "      nearest launch: "
                        + launch.shown()
                        + "\n      "
                        + each.pattern.difference(launch.words(), word -> masked(word, launch))
                        + "\n")
            .orElse("");
    return start + nearest;
  }

  /** What another one took; of the same words the first one is to be launched first. */
  private static Optional<Launch> taken(Registration by, CommandPattern pattern) {
    return by.pattern.toString().equals(pattern.toString())
        ? Optional.empty()
        : by.launches.stream().filter(launch -> pattern.matches(launch.words())).findFirst();
  }

  /** Whether it took something that the pattern is not for. */
  private static boolean isWider(Registration by, CommandPattern pattern) {
    return by.launches.stream().anyMatch(launch -> !pattern.matches(launch.words()));
  }

  /** A program that threw something. */
  static String threw(Launch launch, Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return "the program of a fake process failed: "
        + launch.shown()
        + "\n  "
        + failure
        + (trace.length == 0 ? "" : "\n    at " + trace[0])
        + "\n  to fix: correct the script; what must be thrown by a launch is failsToStart(...)";
  }

  /** A process that read something else than it must. */
  static String stdin(String shown, String expected, String actual, String site) {
    return "wrong standard input of: "
        + shown
        + "\n  expected: "
        + quoted(expected)
        + "\n  actual:   "
        + quoted(actual)
        + "\n  registered "
        + site
        + "\n  to fix: correct what the code under test writes, or expectStdin(...)";
  }

  private static String quoted(String text) {
    String start = text.length() > 200 ? text.substring(0, 200) + "..." : text;
    return '"' + start.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
  }

  /** All of them, as one message that can be read. */
  static String limited(List<String> problems) {
    String all = String.join("\n\n", problems);
    List<String> lines = all.lines().toList();
    return lines.size() <= MOST_LINES
        ? all
        : String.join("\n", lines.subList(0, MOST_LINES - 1))
            + "\n... and "
            + (lines.size() - MOST_LINES + 1)
            + " more lines";
  }
}
