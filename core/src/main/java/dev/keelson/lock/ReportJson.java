/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** A report for programs, as docs/hang-report.schema.json describes it. */
final class ReportJson {

  /** Raised when a field changes its meaning or goes. */
  static final int VERSION = 1;

  private final StringBuilder json = new StringBuilder();

  private ReportJson() {}

  static String of(HangReport report) {
    ReportJson writer = new ReportJson();
    writer.report(report);
    return writer.json.toString();
  }

  private void report(HangReport report) {
    HangReport.Scope scope = report.scope();
    json.append("{\"version\":").append(VERSION);
    json.append(",\"pid\":").append(ProcessHandle.current().pid());
    field("jvm", Runtime.version().toString());
    field("registry", scope.registry());
    json.append(",\"locks\":").append(scope.locks());
    json.append(",\"held\":").append(scope.held());
    json.append(",\"contended\":").append(scope.contended());
    json.append(",\"threads\":").append(scope.threads());
    json.append(",\"moved\":").append(scope.moved());
    json.append(",\"betweenMillis\":").append(scope.between().toMillis());
    json.append(",\"tookMillis\":").append(scope.took().toMillis());
    json.append(",\"findings\":[");
    for (Iterator<HangReport.Finding> each = report.findings().iterator(); each.hasNext(); ) {
      finding(each.next());
      comma(each);
    }
    json.append("]}");
  }

  private void finding(HangReport.Finding finding) {
    json.append("{\"kind\":\"").append(finding.kind()).append('"');
    field("lock", finding.lock());
    json.append(",\"owner\":");
    if (finding.owner().isPresent()) {
      party(finding.owner().get());
    } else {
      json.append("null");
    }
    json.append(",\"waitingCount\":").append(finding.waitingCount());
    json.append(",\"waiting\":[");
    for (Iterator<HangReport.Waiting> each = finding.waiting().iterator(); each.hasNext(); ) {
      HangReport.Waiting waiting = each.next();
      json.append("{\"thread\":");
      party(waiting.thread());
      field("lock", waiting.lock());
      json.append(",\"waitedMillis\":");
      json.append(waiting.waited().map(time -> String.valueOf(time.toMillis())).orElse("null"));
      json.append('}');
      comma(each);
    }
    json.append("],\"evidence\":");
    strings(finding.evidence());
    field("action", finding.action());
    field("risk", finding.risk());
    json.append('}');
  }

  private void party(HangReport.Party party) {
    json.append("{\"id\":").append(party.id());
    field("name", party.name());
    json.append(",\"alive\":").append(party.alive());
    json.append(",\"virtual\":").append(party.virtual());
    field("state", party.state());
    json.append(",\"stack\":");
    strings(party.stack());
    json.append('}');
  }

  private void strings(List<String> all) {
    json.append('[');
    for (Iterator<String> each = all.iterator(); each.hasNext(); ) {
      string(each.next());
      comma(each);
    }
    json.append(']');
  }

  private void comma(Iterator<?> rest) {
    if (rest.hasNext()) {
      json.append(',');
    }
  }

  private void field(String name, String value) {
    json.append(",\"").append(name).append("\":");
    string(value);
  }

  private void string(String value) {
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
