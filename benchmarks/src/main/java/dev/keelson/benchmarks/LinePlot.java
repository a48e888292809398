/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A panel of lines over one horizontal axis, and a row of panels as one SVG. Not thread-safe. */
final class LinePlot {

  private static final int WIDTH = 300;
  private static final int HEIGHT = 220;
  private static final int LEFT = 70;
  private static final int TOP = 90;
  private static final int GAP = 80;
  private static final int BOTTOM = 66;
  private static final int TICKS = 4;

  /** Told apart without colour, too: by the dashes and by the marks. */
  private static final String[] COLOURS = {"#0b5fa5", "#b3460b"};

  private static final String[] DASHES = {"none", "6 3"};

  private final String across;
  private final String up;
  private final int[] at;
  private final List<String> names = new ArrayList<>();
  private final List<double[]> lines = new ArrayList<>();

  LinePlot(String across, String up, int[] at) {
    this.across = across;
    this.up = up;
    this.at = at.clone();
  }

  LinePlot line(String name, double[] values) {
    names.add(name);
    lines.add(values.clone());
    return this;
  }

  /** All panels beside each other, each with axes of its own from zero. */
  static String svg(String title, String caption, List<LinePlot> panels) {
    int width = panels.size() * (LEFT + WIDTH + GAP / 2);
    int height = TOP + HEIGHT + BOTTOM;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " font-family=\"sans-serif\" font-size=\"13\">%n",
            width, height));
    svg.append(format("<title>%s</title>%n", escaped(title)));
    svg.append(format("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n", width, height));
    svg.append(text(LEFT, 26, "start", "font-size=\"17\" font-weight=\"bold\"", title));
    svg.append(text(LEFT, 46, "start", "fill=\"#444\"", caption));
    if (!panels.isEmpty()) {
      panels.get(0).legend(svg);
    }
    for (int i = 0; i < panels.size(); i++) {
      panels.get(i).draw(svg, LEFT + i * (LEFT + WIDTH + GAP / 2));
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend(StringBuilder svg) {
    int x = LEFT;
    for (int i = 0; i < names.size(); i++) {
      svg.append(
          format(
              "<line x1=\"%d\" y1=\"64\" x2=\"%d\" y2=\"64\" stroke=\"%s\" stroke-width=\"2.5\""
                  + " stroke-dasharray=\"%s\"/>%n",
              x, x + 34, colour(i), dashes(i)));
      mark(svg, i, x + 17, 64);
      svg.append(text(x + 42, 68, "start", "", names.get(i)));
      x += 70 + 8 * names.get(i).length();
    }
  }

  private void draw(StringBuilder svg, int left) {
    double highest = 0;
    for (double[] line : lines) {
      for (double value : line) {
        highest = Math.max(highest, value);
      }
    }
    double step = step(highest / TICKS);
    double top = Math.ceil(highest / step) * step;
    int bottom = TOP + HEIGHT;
    for (double value = 0; value <= top + step / 2; value += step) {
      double y = bottom - value / top * HEIGHT;
      svg.append(
          format(
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>%n",
              left, y, left + WIDTH, y, value == 0 ? "#222" : "#ddd"));
      svg.append(text(left - 8, y + 4, "end", "", format(step < 1 ? "%.1f" : "%,.0f", value)));
    }
    for (int amount : at) {
      double x = x(left, amount);
      svg.append(
          format(
              "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#222\"/>%n",
              x, bottom, x, bottom + 5));
      svg.append(text(x, bottom + 20, "middle", "", format("%,d", amount)));
    }
    svg.append(text(left + WIDTH / 2.0, bottom + 44, "middle", "font-weight=\"bold\"", across));
    svg.append(
        format(
            "<g transform=\"translate(%d %d) rotate(-90)\">%s</g>%n",
            left - 54, TOP + HEIGHT / 2, text(0, 0, "middle", "font-weight=\"bold\"", up).strip()));
    for (int i = 0; i < lines.size(); i++) {
      StringBuilder points = new StringBuilder();
      for (int n = 0; n < at.length; n++) {
        double y = bottom - lines.get(i)[n] / top * HEIGHT;
        points.append(format("%.1f,%.1f ", x(left, at[n]), y));
        mark(svg, i, x(left, at[n]), y);
      }
      svg.append(
          format(
              "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\""
                  + " stroke-dasharray=\"%s\"/>%n",
              points.toString().strip(), colour(i), dashes(i)));
    }
  }

  private double x(int left, int amount) {
    return left + WIDTH * (double) amount / at[at.length - 1];
  }

  /** A disc for the first line, squares for the others. */
  private static void mark(StringBuilder svg, int line, double x, double y) {
    svg.append(
        line == 0
            ? format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n", x, y, colour(line))
            : format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\" fill=\"%s\"/>%n",
                x - 4, y - 4, colour(line)));
  }

  /** The next of 1, 2 and 5 times a power of ten. */
  private static double step(double atLeast) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(atLeast, 1e-9))));
    for (double factor : new double[] {1, 2, 5}) {
      if (power * factor >= atLeast) {
        return power * factor;
      }
    }
    return power * 10;
  }

  private static String colour(int line) {
    return COLOURS[line % COLOURS.length];
  }

  private static String dashes(int line) {
    return DASHES[line % DASHES.length];
  }

  private static String text(double x, double y, String anchor, String more, String words) {
    return format(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n",
        x, y, anchor, more, escaped(words));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
