/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The time of a collection against the number of trees that were dropped, or are in use. */
final class S9DroppedTrees implements Story {

  private static final List<String> COUNTS = List.of("1", "4", "8", "12", "16", "20");

  @Override
  public String id() {
    return "S9";
  }

  @Override
  public String title() {
    return "the time of a collection when trees are dropped";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "Trees of 9,331 nodes, each with a link to its parent. They are dropped, but somebody keeps"
            + " one leaf of each; or they are all in use. One collection by the serial collector"
            + " takes (ms):");
    List<String> lines = stage.step("building and collecting", S9DroppedTrees::measure);
    report(stage, lines, false, "one leaf kept of each", "s9-dropped-trees.svg");
    report(stage, lines, true, "all in use", "s9-trees-in-use.svg");
    String last = COUNTS.get(COUNTS.size() - 1);
    double strong = time(lines, Bond.STRONG, false, last);
    double keelson = time(lines, Bond.KEELSON, false, last);
    stage.row(
        "collection after 20 trees were dropped",
        String.format(Locale.ROOT, "%.1f ms", strong),
        String.format(Locale.ROOT, "%.1f ms", keelson));
    stage.wound(
        strong > time(lines, Bond.STRONG, false, COUNTS.get(0)),
        "each tree that was dropped prolongs the collection");
    stage.expect(keelson < strong, "dropped trees do not prolong the collection");
  }

  private static void report(
      Stage stage, List<String> lines, boolean kept, String words, String file) throws IOException {
    List<String> header = new ArrayList<>(List.of("trees, " + words));
    Plot plot = new Plot("One collection; trees: " + words, "trees of 9,331 nodes", "milliseconds");
    for (Bond bond : Bond.values()) {
      header.add(bond.words());
      plot.line(bond.words(), points(lines, bond, kept));
    }
    Table table = new Table(header);
    for (String count : COUNTS) {
      List<String> row = new ArrayList<>(List.of(count));
      for (Bond bond : Bond.values()) {
        row.add(String.format(Locale.ROOT, "%.2f", time(lines, bond, kept, count)));
      }
      table.row(row);
    }
    stage.show(table);
    stage.show("plot: " + plot.write(Plots.directory(), file));
  }

  private static List<String> measure() throws Exception {
    return Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
        .args("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC")
        .args("-cp", System.getProperty("java.class.path"))
        .args(DroppedTreesMain.class.getName())
        .args(COUNTS)
        .timeout(Duration.ofMinutes(2))
        .run()
        .lines();
  }

  private static List<Plot.Point> points(List<String> lines, Bond bond, boolean kept) {
    return COUNTS.stream()
        .map(count -> new Plot.Point(Double.parseDouble(count), time(lines, bond, kept, count)))
        .toList();
  }

  private static double time(List<String> lines, Bond bond, boolean kept, String count) {
    String wanted = bond.name() + " " + kept + " " + count + " ";
    return lines.stream()
        .filter(line -> line.startsWith(wanted))
        .mapToDouble(line -> Double.parseDouble(line.substring(wanted.length())))
        .findFirst()
        .orElseThrow();
  }
}
