/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.lock.HangReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Who waits for which lock and who has that, as an SVG file: a row for each thread that waits. */
final class GraphPlot {

  private static final int WIDTH = 720;
  private static final int ROW = 84;
  private static final int TOP = 36;
  private static final int HALF_HEIGHT = 18;

  /** The middles of what waits, what is waited for, and what has it. */
  private static final int[] COLUMNS = {90, 360, 630};

  private static final int[] HALF_WIDTHS = {70, 125, 70};

  private final StringBuilder svg = new StringBuilder();

  /** Where the middle of a node is, by its column and name: each is drawn once. */
  private final Map<String, Integer> drawn = new LinkedHashMap<>();

  private int rows;

  private GraphPlot() {}

  static Path write(HangReport report, String title, Path directory, String name)
      throws IOException {
    GraphPlot plot = new GraphPlot();
    report.findings().forEach(plot::draw);
    StringBuilder all = new StringBuilder();
    int height = TOP + plot.rows * ROW;
    add(
        all,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='12' fill='#333'>",
        WIDTH,
        height);
    add(
        all,
        "<defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='8'"
            + " markerHeight='8' orient='auto'><path d='M0,0 L8,4 L0,8 z'/></marker></defs>");
    add(all, "<rect width='%d' height='%d' fill='white'/>", WIDTH, height);
    add(all, "<text x='20' y='20' font-size='14'>%s</text>", escape(title));
    all.append(plot.svg).append("</svg>\n");
    Files.createDirectories(directory);
    return Files.writeString(directory.resolve(name), all.toString());
  }

  private void draw(HangReport.Finding finding) {
    for (HangReport.Waiting waiting : finding.waiting()) {
      int row = TOP + ROW * rows++ + ROW / 2;
      int thread = node(0, waiting.thread().name(), true, row);
      int lock = node(1, waiting.lock(), true, row);
      arrow(0, thread, lock, "waits for");
      finding
          .owner()
          .ifPresent(
              owner -> {
                String label = owner.name() + (owner.alive() ? "" : " (dead)");
                int has = node(2, label, owner.alive(), row);
                arrow(1, lock, has, "held by");
              });
    }
  }

  /** Draws it unless it is there; threads are round, the dead dashed. Returns its y. */
  private int node(int column, String label, boolean alive, int row) {
    Integer before = drawn.putIfAbsent(column + label, row);
    if (before != null) {
      return before;
    }
    add(
        svg,
        "<rect x='%d' y='%d' width='%d' height='%d' rx='%d' stroke='#333' fill='%s'%s/>",
        COLUMNS[column] - HALF_WIDTHS[column],
        row - HALF_HEIGHT,
        2 * HALF_WIDTHS[column],
        2 * HALF_HEIGHT,
        column == 1 ? 0 : HALF_HEIGHT,
        alive ? "#eef4fa" : "#fbb",
        alive ? "" : " stroke-dasharray='5'");
    String brief = label.substring(label.lastIndexOf('.') + 1); // of a class its simple name
    add(
        svg,
        "<text x='%d' y='%d' text-anchor='middle'>%s</text>",
        COLUMNS[column],
        row + 4,
        escape(brief));
    return row;
  }

  private void arrow(int column, int from, int to, String label) {
    int x1 = COLUMNS[column] + HALF_WIDTHS[column];
    int x2 = COLUMNS[column + 1] - HALF_WIDTHS[column + 1];
    add(
        svg,
        "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#333' marker-end='url(#tip)'/>",
        x1,
        from,
        x2,
        to);
    add(
        svg,
        "<text x='%d' y='%d' text-anchor='middle'>%s</text>",
        (x1 + x2) / 2,
        (from + to) / 2 - 6,
        label);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
