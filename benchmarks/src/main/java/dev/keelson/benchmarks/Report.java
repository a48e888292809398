/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes a table and a page of bars of what the benchmarks have printed: {@code Report FILE} writes
 * {@code results.csv} and {@code results.svg} beside the file.
 */
final class Report {

  private static final int LEFT = 330;
  private static final int WIDTH = 420;
  private static final int TOP = 86;
  private static final int ROW = 22;

  /** The axis goes from 1/16 to 16, by powers of two; what is beyond ends at its edge. */
  private static final int OCTAVES = 4;

  private Report() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]).toAbsolutePath();
    List<Measured> all =
        Files.readAllLines(file).stream().map(Measured::parse).flatMap(Optional::stream).toList();
    if (all.isEmpty()) {
      System.err.println(file + " has no line of a benchmark");
      System.exit(1);
    }
    Path table = file.resolveSibling("results.csv");
    Path page = file.resolveSibling("results.svg");
    Files.writeString(table, csv(all));
    Files.writeString(page, svg(all));
    System.out.println(all.size() + " lines: " + table + " and " + page);
  }

  static String csv(List<Measured> all) {
    return all.stream()
        .map(Measured::row)
        .collect(Collectors.joining("\n", Measured.HEAD + "\n", "\n"));
  }

  static String svg(List<Measured> all) {
    List<Measured> compared = all.stream().filter(line -> line.ratio().isPresent()).toList();
    int height = TOP + ROW * compared.size() + 40;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " font-family=\"sans-serif\" font-size=\"13\">%n",
            LEFT + WIDTH + 90, height));
    svg.append(format("<title>Keelson over its peers</title>%n"));
    svg.append(format("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"));
    svg.append(text(20, 28, "start", "Our time over the peer's: left of 1 Keelson is faster"));
    svg.append(text(20, 48, "start", "JDK " + machine(all, "jdk") + ", " + machine(all, "cores")));
    svg.append(text(20, 66, "start", "kernel " + machine(all, "kernel")));
    for (int octave = -OCTAVES; octave <= OCTAVES; octave++) {
      double x = x(Math.pow(2, octave));
      svg.append(
          format(
              "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>%n",
              x, TOP - 6, x, height - 30, octave == 0 ? "#222" : "#ddd"));
      String label = octave < 0 ? "1/" + (1 << -octave) : String.valueOf(1 << octave);
      svg.append(text(x, height - 12, "middle", label));
    }
    for (int i = 0; i < compared.size(); i++) {
      bar(svg, compared.get(i), TOP + ROW * i);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, Measured line, int y) {
    double ratio = line.ratio().orElseThrow();
    double end = x(ratio);
    double one = x(1);
    svg.append(text(LEFT - 8, y + 13, "end", line.name()));
    svg.append(
        format(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
            Math.min(one, end),
            y,
            Math.abs(one - end),
            ROW - 6,
            ratio <= 1 ? "#0b5fa5" : "#b3460b"));
    line.bar()
        .ifPresent(
            bar ->
                svg.append(
                    format(
                        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#222\""
                            + " stroke-width=\"2\"><title>not above %s</title></line>%n",
                        x(bar), y - 2, x(bar), y + ROW - 4, bar)));
    svg.append(text(LEFT + WIDTH + 12, y + 13, "start", format("%.3f", ratio)));
  }

  /** What the lines say of where they were taken; more than one value if they differ. */
  private static String machine(List<Measured> all, String key) {
    List<String> values = new ArrayList<>();
    for (Measured line : all) {
      String value = line.values().getOrDefault(key, "?");
      if (!values.contains(value)) {
        values.add(value);
      }
    }
    return String.join(", ", values) + (key.equals("cores") ? " cores" : "");
  }

  private static double x(double ratio) {
    double octaves = Math.log(ratio) / Math.log(2);
    double within = Math.max(-OCTAVES, Math.min(OCTAVES, octaves));
    return LEFT + WIDTH * (within + OCTAVES) / (2.0 * OCTAVES);
  }

  private static String text(double x, double y, String anchor, String words) {
    return format(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x, y, anchor, words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
