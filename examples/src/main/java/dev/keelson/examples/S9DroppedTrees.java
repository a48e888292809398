/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The time of a collection against the number of trees that were dropped, or are in use. */
final class S9DroppedTrees implements Story {

  private static final List<String> COUNTS = List.of("1", "4", "8", "12", "16", "20");
  private static final String FIRST = COUNTS.get(0);
  private static final String LAST = COUNTS.get(COUNTS.size() - 1);

  /**
   * A busy machine only adds to a time: where it has hidden what is to be seen, it is taken again.
   */
  private static final int JVMS = 5;

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
    Map<String, Double> least = new HashMap<>();
    for (int jvm = 0; jvm < JVMS && !(isWound(least) && isCured(least)); jvm++) {
      for (String line : stage.step("building and collecting", S9DroppedTrees::measure)) {
        int value = line.lastIndexOf(' ');
        least.merge(line.substring(0, value), Double.valueOf(line.substring(value + 1)), Math::min);
      }
    }
    report(stage, least, false, "one leaf kept of each", "s9-dropped-trees.svg");
    report(stage, least, true, "all in use", "s9-trees-in-use.svg");
    double strong = time(least, Bond.STRONG, false, LAST);
    double keelson = time(least, Bond.KEELSON, false, LAST);
    stage.row(
        "collection after 20 trees were dropped",
        String.format(Locale.ROOT, "%.1f ms", strong),
        String.format(Locale.ROOT, "%.1f ms", keelson));
    stage.wound(isWound(least), "each tree that was dropped prolongs the collection");
    stage.expect(isCured(least), "dropped trees do not prolong the collection");
  }

  private static boolean isWound(Map<String, Double> least) {
    return !least.isEmpty()
        && time(least, Bond.STRONG, false, LAST) > time(least, Bond.STRONG, false, FIRST);
  }

  private static boolean isCured(Map<String, Double> least) {
    return time(least, Bond.KEELSON, false, LAST) < time(least, Bond.STRONG, false, LAST);
  }

  private static void report(
      Stage stage, Map<String, Double> least, boolean kept, String words, String file)
      throws IOException {
    List<String> header = new ArrayList<>(List.of("trees, " + words));
    Plot plot = new Plot("One collection; trees: " + words, "trees of 9,331 nodes", "milliseconds");
    for (Bond bond : Bond.values()) {
      header.add(bond.words());
      plot.line(bond.words(), points(least, bond, kept));
    }
    Table table = new Table(header);
    for (String count : COUNTS) {
      List<String> row = new ArrayList<>(List.of(count));
      for (Bond bond : Bond.values()) {
        row.add(String.format(Locale.ROOT, "%.2f", time(least, bond, kept, count)));
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

  private static List<Plot.Point> points(Map<String, Double> least, Bond bond, boolean kept) {
    return COUNTS.stream()
        .map(count -> new Plot.Point(Double.parseDouble(count), time(least, bond, kept, count)))
        .toList();
  }

  /** Milliseconds. */
  private static double time(Map<String, Double> least, Bond bond, boolean kept, String count) {
    return Objects.requireNonNull(least.get(bond.name() + " " + kept + " " + count));
  }
}
