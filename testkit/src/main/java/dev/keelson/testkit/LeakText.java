/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.testkit.internal.Overflow;
import dev.keelson.testkit.internal.UserFrames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A {@link LeakFindings} in words: verdict first, one line an item, then what helps to act on it.
 */
final class LeakText {

  private static final int MOST_LINES = 48; // for the items; verdict and footer add a dozen
  private static final int FRAMES = 5;

  private final LeakFindings findings;
  private final boolean writes;
  private final List<String> lines = new ArrayList<>();

  /**
   * Puts it into words.
   *
   * @param whole whether what is left out of the text is written to a file
   */
  LeakText(LeakFindings findings, boolean whole) {
    this.findings = findings;
    this.writes = whole;
    lines.add(verdict());
    items();
    footer();
  }

  private String verdict() {
    if (findings.isClean()) {
      return "nothing leaked by " + findings.scope();
    }
    String counts =
        Arrays.stream(LeakKind.values())
            .filter(kind -> !findings.leaks(kind).isEmpty())
            .map(kind -> kind.count(findings.leaks(kind).size()))
            .collect(Collectors.joining(", "));
    return counts
        + " leaked by "
        + findings.scope()
        + " (after "
        + seconds(findings.waited())
        + ")";
  }

  private void items() {
    int shown = 0;
    boolean whole = true;
    for (Leak leak : findings.leaks()) {
      List<String> item = item(leak);
      if (shown > 0 && lines.size() + item.size() > MOST_LINES) {
        // Every name counts more than any further stack.
        whole &= item.size() == 1;
        item = item.subList(0, 1);
      }
      if (lines.size() >= MOST_LINES) {
        lines.add("  ... and " + (findings.leaks().size() - shown) + " more");
        whole = false;
        break;
      }
      lines.addAll(item);
      shown++;
    }
    if (!whole && writes) {
      List<String> all = findings.leaks().stream().flatMap(leak -> item(leak).stream()).toList();
      Overflow.write("leaks", all).ifPresent(file -> lines.add("  all of it: " + file));
    }
  }

  private static List<String> item(Leak leak) {
    List<String> item = new ArrayList<>();
    String age = leak.age() == null ? "" : ", age " + seconds(leak.age());
    item.add("  " + leak.kind() + " " + leak.name() + ": " + leak.state() + age);
    leak.details().forEach(detail -> item.add("      " + detail));
    if (leak.site() != null) {
      item.add("      created");
      UserFrames.of(leak.site(), FRAMES).forEach(frame -> item.add("          " + frame));
    }
    return item;
  }

  private void footer() {
    Map<String, Integer> ignored = new TreeMap<>();
    for (LeakFindings.Ignored item : findings.ignored()) {
      ignored.merge(item.kind() + ", " + item.reason(), 1, Integer::sum);
    }
    ignored.entrySet().stream()
        .limit(6)
        .forEach(entry -> lines.add("ignored: " + entry.getValue() + " " + entry.getKey()));
    findings.notes().stream().limit(3).forEach(note -> lines.add("note: " + note));
    findings.quarantine().stream().limit(4).forEach(action -> lines.add("quarantine: " + action));
    if (!findings.isClean()) {
      lines.add("to fix: close, end or join what is listed before the scope ends");
      lines.add(
          "to allow: @AllowLeak(kinds = ..., name = \"part of it\", reason = \"...\"), or"
              + " LeakPolicy.ignoring(...)");
      lines.add(
          "on JDK "
              + Runtime.version()
              + ", "
              + Runtime.getRuntime().availableProcessors()
              + " processors");
    }
  }

  static String seconds(Duration duration) {
    return Math.floor(duration.toMillis() / 100.0) / 10 + " s";
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
