/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.util.ArrayList;
import java.util.List;

/** A plain table: columns as wide as they need to be, long cells cut, no lines. */
final class Table {

  private static final int WIDEST = 72;

  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> header) {
    rows.add(header);
    rows.add(header.stream().map(title -> "-".repeat(title.length())).toList());
  }

  void row(List<String> cells) {
    rows.add(cells.stream().map(Table::brief).toList());
  }

  private static String brief(String cell) {
    return cell.length() <= WIDEST ? cell : cell.substring(0, WIDEST - 3) + "...";
  }

  /** Its lines. */
  List<String> lines() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
