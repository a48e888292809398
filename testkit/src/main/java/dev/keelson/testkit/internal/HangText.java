/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.lock.HangReport;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is said when something hangs: the verdict, what the locks tell, where the threads are that
 * were waited for, and what the children of this JVM do. All threads go to a file.
 */
public final class HangText {

  private static final int MOST_LINES = 52; // three lines more come after it
  private static final int FRAMES = 12;
  private static final int MOST_THREADS = 8;
  private static final int MOST_CHILDREN = 5;

  private HangText() {}

  /**
   * Puts it together.
   *
   * @param suspects the threads whose stacks are shown
   */
  public static String of(String verdict, HangReport report, List<Thread> suspects) {
    List<String> lines = new ArrayList<>();
    lines.add(verdict);
    lines.addAll(report.toText().lines().toList());
    if (report.findings().isEmpty()) {
      lines.add("(no lock is to blame: look where the threads are)");
    }
    for (Thread thread : suspects.subList(0, Math.min(MOST_THREADS, suspects.size()))) {
      lines.addAll(stack(thread, thread.getStackTrace(), FRAMES));
    }
    lines.addAll(children());
    List<String> shown = new ArrayList<>(lines.subList(0, Math.min(MOST_LINES, lines.size())));
    if (shown.size() < lines.size()) {
      shown.add("... and " + (lines.size() - shown.size()) + " lines more");
    }
    lines.addAll(threads());
    Overflow.write("hang", lines).ifPresent(file -> shown.add("all threads: " + file));
    return String.join("\n", shown);
  }

  /** On what a failure was seen. */
  public static String where() {
    return "on JDK "
        + Runtime.version()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors";
  }

  private static List<String> stack(Thread thread, StackTraceElement[] frames, int most) {
    List<String> lines = new ArrayList<>();
    lines.add("thread \"" + thread.getName() + "\" id " + thread.getId() + " " + thread.getState());
    ThreadCensus.frames(frames, most).forEach(frame -> lines.add("    " + frame));
    if (frames.length > most) {
      lines.add("    ... " + (frames.length - most) + " frames more");
    }
    return lines;
  }

  private static List<String> children() {
    List<ProcInfo> children = Procs.children(ProcessHandle.current().pid());
    List<String> lines = new ArrayList<>();
    for (ProcInfo child : children.subList(0, Math.min(MOST_CHILDREN, children.size()))) {
      String state = child.isZombie() ? "zombie" : "state " + child.state();
      lines.add("child process " + ProcessCensus.name(child) + ": " + state);
    }
    if (children.size() > MOST_CHILDREN) {
      lines.add("and " + (children.size() - MOST_CHILDREN) + " child processes more");
    }
    return lines;
  }

  private static List<String> threads() {
    List<String> lines = new ArrayList<>(List.of("", "all platform threads:"));
    for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
      lines.addAll(stack(each.getKey(), each.getValue(), Integer.MAX_VALUE));
    }
    return lines;
  }
}
