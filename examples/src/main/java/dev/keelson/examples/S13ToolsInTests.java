/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.testkit.Gc;
import dev.keelson.testkit.HeapGrowth;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.ObjectName;

/** The tools for memory stand outside of the program; here they are in a test. */
final class S13ToolsInTests implements Story {

  private static final int DOCUMENTS = 20;

  @Override
  public String id() {
    return "S13";
  }

  @Override
  public String title() {
    return "four rules for references, and the tools that find who breaks them";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "An editor opens and closes "
            + DOCUMENTS
            + " documents of 1 MB, and memory grows. Four rules say how that is avoided, and each"
            + " is broken in it once. First the histogram of the JVM, as jcmd GC.class_histogram"
            + " prints it, before and after: it tells what, and not who.");
    try {
      long grown = countFromOutside(stage);
      String message = countInTest(stage);
      stage.row("who keeps what grew", "[B, " + (grown >> 20) + " MB", rootOf(message));
    } finally {
      Editor.forgetAll();
    }
    stage.say("Then each rule by itself: Gc.assertCollectable for a document that is closed.");
    rule(stage, "drop references at once", Editor::parseAndKeep, Editor::parseAndDrop);
    rule(stage, "no needless way back", Editor::outlineThatOwns, Editor::outlineThatKnows);
    rule(stage, "weak references to listeners", Editor::listenForEver, Editor::listenWeakly);
    rule(stage, "or take them out yourself", Editor::followAndForget, Editor::followAndClose);
  }

  /** What the JVM's own count tells; returns by how many bytes the byte arrays grew. */
  private static long countFromOutside(Stage stage) throws Exception {
    Map<String, Long> before = histogram();
    stage.step(
        DOCUMENTS + " documents",
        () -> {
          for (int i = 0; i < DOCUMENTS; i++) {
            Editor.listenForEver();
          }
          return true;
        });
    Map<String, Long> growth = new HashMap<>(histogram());
    before.forEach((name, bytes) -> growth.merge(name, -bytes, Long::sum));
    Table table = new Table(List.of("class", "bytes more"));
    growth.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(3)
        .forEach(
            row ->
                table.row(
                    List.of(row.getKey(), String.format(Locale.ROOT, "%,d", row.getValue()))));
    stage.show(table);
    long arrays = growth.getOrDefault("[B", 0L);
    stage.wound(arrays >= (long) DOCUMENTS << 20, "the closed documents are still there");
    return arrays;
  }

  /** Class names and bytes, of what is reachable. */
  private static Map<String, Long> histogram() throws Exception {
    Object text =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Map<String, Long> bytes = new HashMap<>();
    for (String line : String.valueOf(text).split("\n")) {
      String[] words = line.trim().split("\\s+"); // 1: 4711 98765 java.lang.String (java.base)
      if (words.length >= 4 && words[0].endsWith(":")) {
        bytes.merge(words[3], Long.parseLong(words[2]), Long::sum);
      }
    }
    return bytes;
  }

  private static String countInTest(Stage stage) throws Exception {
    HeapGrowth leaking =
        stage.step("closed and kept", () -> HeapGrowth.of(3, 4, Editor::listenForEver));
    HeapGrowth clean =
        stage.step("closed and gone", () -> HeapGrowth.of(3, 4, Editor::listenWeakly));
    stage.say("HeapGrowth, in a test, tells both, and takes off what a clean run leaves as well:");
    String message = stage.step("who", () -> failure(() -> leaking.minus(clean).assertNone()));
    stage.show(message);
    stage.expect(message.contains("Editor.LISTENERS"), "the list of listeners is named");
    return message;
  }

  private static void rule(
      Stage stage, String rule, Supplier<Document> broken, Supplier<Document> cured)
      throws Exception {
    String message = stage.step(rule, () -> failure(() -> Gc.assertCollectable(broken)));
    Editor.forgetAll();
    stage.say(rule + ":");
    stage.show(message);
    stage.wound(!message.isEmpty(), "what breaks the rule keeps its document: " + rule);
    stage.expect(message.contains("Editor"), "who breaks it is named: " + rule);
    String after =
        stage.step(rule + ", followed", () -> failure(() -> Gc.assertCollectable(cured)));
    stage.expect(after.isEmpty(), "the cured one lets go: " + after);
    stage.row("broken: " + rule, "memory grows", rootOf(message));
    Editor.forgetAll();
  }

  private static String failure(Runnable assertion) {
    try {
      assertion.run();
      return "";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Where the path in a message begins. */
  private static String rootOf(String message) {
    return message
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("static field"))
        .findFirst()
        .orElse("nobody");
  }
}
