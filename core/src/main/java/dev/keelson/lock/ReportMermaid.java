/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who waits for what, and who has that: threads round, locks square, the dead marked. */
final class ReportMermaid {

  private static final int MOST_EDGES = 200;

  private final Map<String, String> nodes = new LinkedHashMap<>();
  private final Set<String> edges = new LinkedHashSet<>();
  private final Map<String, String> lockIds = new LinkedHashMap<>();
  private int left;

  private ReportMermaid() {}

  static String of(HangReport report) {
    ReportMermaid diagram = new ReportMermaid();
    report.findings().forEach(diagram::add);
    StringBuilder text = new StringBuilder("graph TD\n");
    diagram.nodes.values().forEach(node -> text.append("  ").append(node).append('\n'));
    diagram.edges.forEach(edge -> text.append("  ").append(edge).append('\n'));
    if (diagram.left > 0) {
      text.append("  more[and ").append(diagram.left).append(" more edges]\n");
    }
    text.append("  classDef dead stroke-dasharray:5,fill:#fbb\n");
    return text.toString();
  }

  private void add(HangReport.Finding finding) {
    int size = finding.waiting().size();
    for (int i = 0; i < size; i++) {
      HangReport.Waiting waiting = finding.waiting().get(i);
      edge(thread(waiting.thread()) + " -->|waits for| " + lock(waiting.lock()));
      if (finding.kind() == HangReport.Kind.DEADLOCK) {
        HangReport.Party next = finding.waiting().get((i + 1) % size).thread();
        edge(lock(waiting.lock()) + " -->|held by| " + thread(next));
      }
    }
    if (finding.kind() != HangReport.Kind.DEADLOCK) {
      finding
          .owner()
          .ifPresent(owner -> edge(lock(finding.lock()) + " -->|held by| " + thread(owner)));
    }
  }

  private void edge(String edge) {
    if (edges.size() < MOST_EDGES || edges.contains(edge)) {
      edges.add(edge);
    } else {
      left++;
    }
  }

  private String thread(HangReport.Party party) {
    String id = "t" + party.id();
    String name = label(party.name()) + (party.virtual() ? " virtual" : "");
    nodes.put(
        id, party.alive() ? id + "((\"" + name + "\"))" : id + "((\"" + name + " DEAD\")):::dead");
    return id;
  }

  private String lock(String name) {
    String id = lockIds.computeIfAbsent(name, key -> "l" + lockIds.size());
    nodes.put(id, id + "[\"" + label(name) + "\"]");
    return id;
  }

  /** Mermaid has its own meaning for some characters; entities have none. */
  private static String label(String text) {
    return text.replace("#", "#35;")
        .replace("\"", "#quot;")
        .replace("\n", " ")
        .replace("<", "#lt;");
  }
}
