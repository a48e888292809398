/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.List;
import java.util.Locale;

/** A report for people. Bounded: what is too much is counted. */
final class ReportText {

  private static final int MOST_FINDINGS = 20;
  private static final int MOST_WAITING = 5;
  private static final int MOST_FRAMES = 6;
  private static final int MOST_CHARACTERS = 1_000;

  private ReportText() {}

  static String of(HangReport report) {
    StringBuilder text = new StringBuilder();
    head(text, report.scope());
    List<HangReport.Finding> findings = report.findings();
    if (findings.isEmpty()) {
      text.append("nothing hangs, as far as can be seen\n");
    }
    for (int i = 0; i < Math.min(MOST_FINDINGS, findings.size()); i++) {
      finding(text, i + 1, findings.get(i));
    }
    if (findings.size() > MOST_FINDINGS) {
      text.append("and ").append(findings.size() - MOST_FINDINGS).append(" more\n");
    }
    return text.toString();
  }

  private static void head(StringBuilder text, HangReport.Scope scope) {
    text.append("HANG REPORT pid ").append(ProcessHandle.current().pid());
    text.append(" jvm ").append(Runtime.version().feature());
    text.append(" registry ").append(scope.registry()).append(": ");
    text.append(scope.locks()).append(" locks, ").append(scope.held()).append(" held, ");
    text.append(scope.contended()).append(" contended, ");
    text.append(scope.threads()).append(" platform threads, looked for ");
    text.append(scope.took().toMillis()).append(" ms");
    if (scope.between().isZero()) {
      text.append(", one sample: what moves looks stuck");
    } else {
      text.append(", 2nd sample +").append(scope.between().toMillis()).append(" ms: ");
      text.append(scope.moved() ? "some moved" : "NO MOVEMENT");
    }
    text.append('\n');
  }

  private static void finding(StringBuilder text, int number, HangReport.Finding finding) {
    text.append('[').append(number).append("] ").append(finding.kind()).append("  ");
    text.append(cut(finding.lock()));
    finding.owner().ifPresent(owner -> text.append("  ").append(cut(owner.toString())));
    text.append(", ").append(finding.waitingCount()).append(" waiting\n");
    finding.evidence().forEach(line -> text.append("    ").append(cut(line)).append('\n'));
    waiting(text, finding);
    text.append("    do:   ").append(cut(finding.action())).append('\n');
    text.append("    risk: ").append(cut(finding.risk())).append('\n');
  }

  private static void waiting(StringBuilder text, HangReport.Finding finding) {
    if (finding.kind() == HangReport.Kind.DEADLOCK) {
      return; // its evidence names them
    }
    List<HangReport.Waiting> waiting = finding.waiting();
    for (HangReport.Waiting each : waiting.subList(0, Math.min(MOST_WAITING, waiting.size()))) {
      text.append("    waits: ").append(cut(each.thread().toString()));
      each.waited()
          .ifPresent(
              time -> text.append(String.format(Locale.ROOT, " %.1f s", time.toMillis() / 1e3)));
      List<String> stack = each.thread().stack();
      if (!stack.isEmpty()) {
        text.append(" at ").append(cut(ReportFrames.belowWait(stack, MOST_FRAMES)));
      }
      text.append('\n');
    }
    if (waiting.size() > MOST_WAITING) {
      text.append("    and ").append(waiting.size() - MOST_WAITING).append(" more in its queue\n");
    }
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
  }
}
