/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.heap.ClassHistogram;
import dev.keelson.testkit.internal.heap.GrowingSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Which classes have more instances after every round of some work: what a leak looks like, while a
 * cache that fills and then stays does not. The heap is collected and counted between the rounds.
 *
 * <pre>{@code
 * HeapGrowth leaking = HeapGrowth.of(5, 20, () -> server.handle(request));
 * HeapGrowth clean = HeapGrowth.of(5, 20, () -> server.handle(harmless));
 * leaking.minus(clean).assertNone();
 * }</pre>
 *
 * <p>A class counts as growing if each round leaves at least one more instance for every two calls.
 * The first two rounds are not counted: they load classes and fill caches.
 *
 * <p><b>Cost.</b> One full collection a round. A failed assertion dumps the heap once, as {@link
 * Gc} does, for the path to a sample.
 *
 * <p><b>Thread safety.</b> Immutable. While it is measured, what other threads leave behind is
 * counted, too.
 *
 * <p><b>Limitations.</b> HotSpot only. A leak of less than one object in two calls is not seen:
 * make more rounds of fewer calls. Equal names of different class loaders are one class.
 */
public final class HeapGrowth {

  private static final int WARM_UPS = 2;
  private static final int MOST_ROWS = 15;
  private static final int MOST_PATH_LINES = 20;

  /**
   * How many instances of a class there were.
   *
   * @param className its name, as {@link Class#getName} gives it
   * @param counts before the first counted round, and after each
   * @param bytes by how many bytes all its instances grew
   */
  public record Row(String className, List<Long> counts, long bytes) {
    /** Copies the counts. */
    public Row {
      counts = List.copyOf(counts);
    }

    /** By how many instances it grew in all. */
    public long growth() {
      return counts.get(counts.size() - 1) - counts.get(0);
    }
  }

  private final int calls;
  private final List<Row> rows;
  private final Set<String> removed;

  private HeapGrowth(int calls, List<Row> rows, Set<String> removed) {
    this.calls = calls;
    this.rows = List.copyOf(rows);
    this.removed = Set.copyOf(removed);
  }

  /**
   * Measures.
   *
   * @param rounds how often the heap is counted; at least two
   * @param calls how often the body is run in each round
   * @throws IllegalArgumentException if there are too few
   * @throws org.opentest4j.TestAbortedException if the VM does not count its heap
   * @throws Exception what the body throws
   */
  public static HeapGrowth of(int rounds, int calls, Body body) throws Exception {
    requireNonNull(body, "body");
    if (rounds < 2 || calls < 1) {
      throw new IllegalArgumentException(
          "rounds is " + rounds + ", calls is " + calls + "; at least 2 and 1 are needed");
    }
    // The counting must not itself leave objects behind that grow with the rounds.
    Map<String, long[]> instances = new HashMap<>(1 << 13);
    Map<String, long[]> bytes = new HashMap<>(1 << 13);
    for (int round = -WARM_UPS; round < rounds; round++) {
      for (int call = 0; call < calls; call++) {
        body.run();
      }
      int column = round + 1;
      ClassHistogram.take(
          (name, count, size) -> {
            long[] counted = instances.computeIfAbsent(name, key -> new long[rounds + 1]);
            long[] sized = bytes.computeIfAbsent(name, key -> new long[rounds + 1]);
            if (column >= 0) {
              counted[column] += count;
              sized[column] += size;
            }
          });
    }
    List<Row> rows = new ArrayList<>();
    instances.forEach(
        (name, counts) -> {
          if (grows(counts, calls)) {
            long[] sizes = bytes.getOrDefault(name, counts);
            long growth = sizes[rounds] - sizes[0];
            rows.add(new Row(name, LongStream.of(counts).boxed().toList(), growth));
          }
        });
    rows.sort(Comparator.comparingLong(Row::bytes).reversed().thenComparing(Row::className));
    return new HeapGrowth(calls, rows, Set.of());
  }

  private static boolean grows(long[] counts, int calls) {
    long least = Math.max(1, calls / 2);
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] - counts[i - 1] < least) {
        return false;
      }
    }
    return true;
  }

  /**
   * What grows here and does not grow there: the difference between work that leaks and work that
   * does not.
   */
  public HeapGrowth minus(HeapGrowth clean) {
    Set<String> there = clean.rows.stream().map(Row::className).collect(Collectors.toSet());
    Map<Boolean, List<Row>> parts =
        rows.stream().collect(Collectors.partitioningBy(row -> there.contains(row.className())));
    Set<String> gone =
        parts.getOrDefault(true, List.of()).stream()
            .map(Row::className)
            .collect(Collectors.toSet());
    return new HeapGrowth(calls, parts.getOrDefault(false, List.of()), gone);
  }

  /** The classes that grow, those that take most first. */
  public List<Row> rows() {
    return rows;
  }

  /** A table for people, at most {@value #MOST_ROWS} rows. */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(
        rows.size()
            + (rows.size() == 1 ? " class grows" : " classes grow")
            + " in every round of "
            + calls
            + " calls");
    for (Row row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-50s %s  (%+,d, %+,d bytes)",
              row.className(),
              row.counts().stream().map(String::valueOf).collect(Collectors.joining(" ")),
              row.growth(),
              row.bytes()));
    }
    if (rows.size() > MOST_ROWS) {
      lines.add("  ... and " + (rows.size() - MOST_ROWS) + " more");
    }
    if (!removed.isEmpty()) {
      lines.add(
          "  left out, since they grow in the clean run, too: " + removed.size() + " classes");
    }
    return String.join("\n", lines);
  }

  /** For a chart: a line for each class and round, with a header; separated by commas. */
  public String toCsv() {
    StringBuilder csv = new StringBuilder("class,round,instances\n");
    for (Row row : rows) {
      for (int round = 0; round < row.counts().size(); round++) {
        csv.append('"').append(row.className()).append("\",");
        csv.append(round).append(',').append(row.counts().get(round)).append('\n');
      }
    }
    return csv.toString();
  }

  /**
   * Asserts that nothing grows.
   *
   * @throws AssertionError if something does: the table, and the path to one of the instances, of
   *     the program's own class that takes most if there is one
   */
  public void assertNone() {
    if (rows.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>(toText().lines().toList());
    List<String> names = rows.stream().map(Row::className).toList();
    GrowingSample sample = GrowingSample.of(names);
    if (sample.path().isEmpty()) {
      lines.add("no path can be shown: " + sample.why());
    } else {
      lines.add("one of them, " + sample.className() + ", is held so:");
      List<String> path = sample.path();
      path.subList(0, Math.min(MOST_PATH_LINES, path.size()))
          .forEach(line -> lines.add("  " + line));
    }
    lines.add("to fix: cut what is underlined when the work is done");
    lines.add("to allow: subtract a clean run that grows in the same way, by minus(...)");
    throw new AssertionError(String.join("\n", lines));
  }

  @Override
  public String toString() {
    return toText();
  }
}
