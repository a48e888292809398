/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over two axes that begin at 0, as an SVG file. */
final class Plot {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 150;
  private static final int TOP = 36;
  private static final int BOTTOM = 48;
  private static final List<String> COLOURS =
      List.of("#c0392b", "#e08e0b", "#1f6fb2", "#8e44ad", "#7f8c8d", "#2e8b57");

  private final String title;
  private final String across;
  private final String up;
  private final List<Line> lines = new ArrayList<>();

  /** One point. */
  record Point(double x, double y) {}

  private record Line(String name, List<Point> points) {}

  Plot(String title, String across, String up) {
    this.title = title;
    this.across = across;
    this.up = up;
  }

  Plot line(String name, List<Point> points) {
    lines.add(new Line(name, List.copyOf(points)));
    return this;
  }

  /** Writes it into a directory, which is made if need be. */
  Path write(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    return Files.writeString(directory.resolve(name), svg());
  }

  private String svg() {
    double mostX = most(true);
    double mostY = most(false);
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='12' fill='#333'>",
        WIDTH,
        HEIGHT);
    add(svg, "<rect width='%d' height='%d' fill='white'/>", WIDTH, HEIGHT);
    add(svg, "<text x='%d' y='20' font-size='14'>%s</text>", LEFT, title);
    add(svg, "<text x='%d' y='%d'>%s</text>", LEFT, HEIGHT - 10, across);
    add(svg, "<text transform='translate(14,%d) rotate(-90)'>%s</text>", HEIGHT - BOTTOM, up);
    for (int i = 0; i <= 4; i++) {
      double x = mostX * i / 4;
      double y = mostY * i / 4;
      add(
          svg,
          "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>",
          LEFT,
          WIDTH - RIGHT,
          atY(y, mostY),
          atY(y, mostY));
      add(
          svg,
          "<text x='%d' y='%.1f' text-anchor='end'>%s</text>",
          LEFT - 6,
          atY(y, mostY) + 4,
          number(y));
      add(
          svg,
          "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
          atX(x, mostX),
          HEIGHT - BOTTOM + 16,
          number(x));
    }
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), i, mostX, mostY);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void draw(StringBuilder svg, Line line, int index, double mostX, double mostY) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder points = new StringBuilder();
    for (Point point : line.points()) {
      points.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", atX(point.x(), mostX), atY(point.y(), mostY)));
    }
    add(
        svg,
        "<polyline fill='none' stroke='%s' stroke-width='1.5' points='%s'/>",
        colour,
        points.toString().strip());
    int y = TOP + 8 + 18 * index;
    add(
        svg,
        "<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='%s' stroke-width='3'/>",
        WIDTH - RIGHT + 10,
        WIDTH - RIGHT + 28,
        y,
        y,
        colour);
    add(svg, "<text x='%d' y='%d'>%s</text>", WIDTH - RIGHT + 34, y + 4, line.name());
  }

  private static double atX(double x, double most) {
    return LEFT + x / most * (WIDTH - LEFT - RIGHT);
  }

  private static double atY(double y, double most) {
    return HEIGHT - BOTTOM - y / most * (HEIGHT - TOP - BOTTOM);
  }

  private double most(boolean x) {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(point -> x ? point.x() : point.y())
        .filter(value -> value > 0)
        .max()
        .orElse(1);
  }

  private static String number(double value) {
    return value == Math.rint(value) || value >= 100
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
