/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A server whose Subtasks know their Tasks, and a cache that keeps one Subtask of each deleted
 * Task: how long clients wait and what is retained, by the kind of back-pointer.
 */
final class S6TaskServer implements Story {

  private static final int SUBTASKS = 250; // as TaskServer has it
  private static final int TASKS = Integer.getInteger("tour.s6.tasks", 3_000);
  private static final int ROUNDS = Integer.getInteger("tour.s6.rounds", 1);

  @Override
  public String id() {
    return "S6";
  }

  @Override
  public String title() {
    return "a server whose cache keeps one Subtask of every deleted Task";
  }

  /** What came of one JVM. */
  private record Run(long p50, long p99, long max, long retained, List<Plot.Point> slowest) {
    static Run of(List<String> lines) {
      long[] retained = numbers(lines, "retained");
      long[] slowest = numbers(lines, "slowest");
      List<Plot.Point> points = new ArrayList<>();
      for (int i = 0; i < slowest.length; i++) {
        points.add(new Plot.Point(i / 50.0, slowest[i] / 1e3));
      }
      return new Run(
          numbers(lines, "p50")[0],
          numbers(lines, "p99")[0],
          numbers(lines, "max")[0],
          retained[0] / retained[1],
          points);
    }

    private static long[] numbers(List<String> lines, String name) {
      return lines.stream()
          .filter(line -> line.startsWith(name + " "))
          .flatMapToLong(line -> Arrays.stream(line.split(" ")).skip(1).mapToLong(Long::parseLong))
          .toArray();
    }
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "A Task owns "
            + SUBTASKS
            + " Subtasks, a Subtask knows its Task. Two clients create, read and delete "
            + TASKS
            + " Tasks over HTTP, in a JVM of 192 MB. The server caches the Subtask that was last"
            + " looked at and forgets to forget it when the Task is deleted.");
    Map<Bond, List<Run>> runs = new EnumMap<>(Bond.class);
    for (int round = 0; round < ROUNDS; round++) {
      for (Bond bond : Bond.values()) {
        String label = "back-pointers: " + bond.words();
        Run run = stage.step(label, () -> run(bond));
        runs.computeIfAbsent(bond, key -> new ArrayList<>()).add(run);
      }
    }
    Table table =
        new Table(List.of("back-pointer", "p50", "p99", "slowest", "retained by a cached Subtask"));
    Plot plot =
        new Plot(
            "Slowest response of each 20 ms while trees are deleted", "seconds", "milliseconds");
    for (Bond bond : Bond.values()) {
      List<Run> of = runs.getOrDefault(bond, List.of());
      table.row(
          List.of(
              bond.words(),
              micros(median(of.stream().mapToLong(Run::p50).toArray())),
              micros(median(of.stream().mapToLong(Run::p99).toArray())),
              micros(median(of.stream().mapToLong(Run::max).toArray())),
              retained(of) + " bytes"));
      plot.line(bond.words(), of.get(0).slowest());
    }
    stage.show(table);
    stage.show("plot: " + plot.write(Plots.directory(), "s6-response-times.svg"));
    long strong = retained(runs.getOrDefault(Bond.STRONG, List.of()));
    long keelson = retained(runs.getOrDefault(Bond.KEELSON, List.of()));
    stage.row("heap kept by one cached Subtask", strong + " bytes", keelson + " bytes");
    stage.wound(strong > SUBTASKS * 16L, "one cached Subtask keeps its whole tree");
    stage.expect(keelson * 50 < strong, "a cached Subtask retains less than 2 % of its tree");
  }

  private static Run run(Bond bond) throws Exception {
    return Run.of(
        Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
            .args("-Xms192m", "-Xmx192m", "-XX:+UseG1GC", "-Dsun.net.httpserver.nodelay=true")
            .args("-cp", System.getProperty("java.class.path"))
            .args(TaskServerMain.class.getName(), bond.name(), String.valueOf(TASKS))
            .timeout(Duration.ofMinutes(2))
            .run()
            .lines());
  }

  private static long retained(List<Run> runs) {
    return median(runs.stream().mapToLong(Run::retained).toArray());
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static String micros(long micros) {
    return String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
  }
}
