/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A trace as a table: one line a step, one column a thread. */
final class TraceTable {

  private static final int WIDEST = 40;

  private TraceTable() {}

  /** The head first, then a line for each step. */
  static List<String> of(Outcome outcome) {
    List<String> names = outcome.names();
    int[] widths = widths(outcome);
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("  step  ");
    for (int i = 0; i < names.size(); i++) {
      head.append(padded(names.get(i), widths[i]));
    }
    lines.add(head.toString().stripTrailing());
    int number = 0;
    for (Trace.Step step : outcome.trace().steps()) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%6d  ", ++number));
      for (int i = 0; i < step.who(); i++) {
        line.append(" ".repeat(widths[i]));
      }
      lines.add(line.append(text(step)).toString().stripTrailing());
    }
    return lines;
  }

  private static int[] widths(Outcome outcome) {
    List<String> names = outcome.names();
    int[] widths = new int[names.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.min(WIDEST, names.get(i).length()) + 2;
    }
    for (Trace.Step step : outcome.trace().steps()) {
      int width = Math.min(WIDEST, text(step).length()) + 2;
      widths[step.who()] = Math.max(widths[step.who()], width);
    }
    return widths;
  }

  private static String text(Trace.Step step) {
    String note = step.note().isEmpty() ? "" : " (" + step.note() + ")";
    return step.point() + note + (step.cuts() ? " *" : "");
  }

  private static String padded(String text, int width) {
    String cut = text.length() > WIDEST ? text.substring(0, WIDEST) : text;
    return cut + " ".repeat(Math.max(0, width - cut.length()));
  }
}
