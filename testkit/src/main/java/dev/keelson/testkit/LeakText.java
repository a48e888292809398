/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import dev.keelson.testkit.internal.ThreadCensus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/** A {@link LeakReport} in words: verdict first, one line an item, then what helps to act on it. */
final class LeakText {

  private static final int MOST_LINES = 48; // for the items; verdict and footer add a dozen
  private static final int FRAMES = 5;

  private final LeakReport report;
  private final List<String> lines = new ArrayList<>();

  LeakText(LeakReport report) {
    this.report = report;
    lines.add(verdict());
    items();
    footer();
  }

  private String verdict() {
    if (report.isClean()) {
      return "nothing leaked by " + report.scope();
    }
    String counts =
        Arrays.stream(LeakKind.values())
            .filter(kind -> !report.leaks(kind).isEmpty())
            .map(kind -> kind.count(report.leaks(kind).size()))
            .collect(Collectors.joining(", "));
    return counts + " leaked by " + report.scope() + " (after " + seconds(report.waited()) + ")";
  }

  private void items() {
    int shown = 0;
    for (Leak leak : report.leaks()) {
      List<String> item = item(leak);
      if (shown > 0 && lines.size() + item.size() > MOST_LINES) {
        // Every name counts more than any further stack.
        item = item.subList(0, 1);
      }
      if (lines.size() >= MOST_LINES) {
        lines.add("  ... and " + (report.leaks().size() - shown) + " more");
        return;
      }
      lines.addAll(item);
      shown++;
    }
  }

  private static List<String> item(Leak leak) {
    List<String> item = new ArrayList<>();
    String age = leak.age() == null ? "" : ", age " + seconds(leak.age());
    item.add("  " + leak.kind() + " " + leak.name() + ": " + leak.state() + age);
    leak.details().forEach(detail -> item.add("      " + detail));
    frames(leak.site()).forEach(frame -> item.add("      " + frame));
    return item;
  }

  private static Stream<String> frames(@Nullable Throwable site) {
    if (site == null) {
      return Stream.empty();
    }
    List<String> frames =
        Arrays.stream(site.getStackTrace())
            .filter(frame -> !isMachinery(frame.getClassName()))
            .limit(FRAMES)
            .map(frame -> "    at " + ThreadCensus.describe(frame))
            .toList();
    return Stream.concat(Stream.of("created"), frames.stream());
  }

  private static boolean isMachinery(String className) {
    return className.startsWith("dev.keelson.spi.")
        || className.startsWith("dev.keelson.internal.")
        || className.startsWith("java.")
        || className.startsWith("jdk.")
        || className.startsWith("org.junit.");
  }

  private void footer() {
    Map<String, Integer> ignored = new TreeMap<>();
    for (LeakReport.Ignored item : report.ignored()) {
      ignored.merge(item.kind() + ", " + item.reason(), 1, Integer::sum);
    }
    ignored.entrySet().stream()
        .limit(6)
        .forEach(entry -> lines.add("ignored: " + entry.getValue() + " " + entry.getKey()));
    report.notes().stream().limit(3).forEach(note -> lines.add("note: " + note));
    report.quarantine().stream().limit(4).forEach(action -> lines.add("quarantine: " + action));
    if (!report.isClean()) {
      lines.add("to fix: close, end or join what is listed before the scope ends");
      lines.add("to allow: LeakPolicy.ignoring(kind, \"part of the name\", \"the reason\")");
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
