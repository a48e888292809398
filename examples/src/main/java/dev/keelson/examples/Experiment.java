/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One thing done in several ways, each under a deadline. Whoever is still at it then is counted as
 * hung, and everything that was started is ended by pid.
 */
final class Experiment {

  /** A way to do it. */
  interface Code {
    /** Starts what has the nap on its command line; says in a few words what came of it. */
    String run(String nap) throws Exception;
  }

  /**
   * What came of one way to do it.
   *
   * @param hung whether it was still at it when the deadline came
   * @param answer what it said, or what it threw
   */
  record Ending(boolean hung, long nanos, String answer, Census before, Census after) {
    /** In a few words. */
    String brief() {
      String left = after.survivors() == 0 ? "" : ", " + after.survivors() + " left";
      return (hung ? "hung" : Stage.seconds(nanos)) + left;
    }
  }

  /** For what is not to hang: it ends long before, and on a busy machine it needs its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Stage stage;
  private final Duration deadline;
  private final Table table;

  Experiment(Stage stage, Duration deadline) {
    this.stage = stage;
    this.deadline = deadline;
    List<String> header = new ArrayList<>(List.of("code", "took"));
    header.addAll(Census.HEADER);
    header.add("answer");
    table = new Table(header);
  }

  /** Something that may hang. */
  Ending run(String name, Code code) throws Exception {
    return run(name, deadline, code);
  }

  /** Something that must not hang: no busy machine makes it look as if it did. */
  Ending runPatiently(String name, Code code) throws Exception {
    return run(name, PATIENCE, code);
  }

  private Ending run(String name, Duration most, Code code) throws Exception {
    String nap = Trees.nap();
    Ending ending =
        stage.step(name + ", at most " + most.toSeconds() + " s", () -> measure(nap, most, code));
    List<String> row = new ArrayList<>();
    row.add(name);
    row.add((ending.hung ? "> " : "") + Stage.seconds(ending.nanos));
    row.addAll(ending.after.since(ending.before));
    row.add(ending.hung ? "hung; ended by the tour" : ending.answer);
    table.row(row);
    return ending;
  }

  /** Prints what was measured. */
  void report() {
    stage.show(table);
  }

  private Ending measure(String nap, Duration most, Code code) throws Exception {
    Census before = Census.of(nap);
    FutureTask<String> task = new FutureTask<>(() -> code.run(nap));
    Thread thread = new Thread(task, "tour-experiment");
    thread.setDaemon(true);
    long began = System.nanoTime();
    thread.start();
    boolean hung = false;
    String answer = "";
    try {
      answer = task.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      answer = String.valueOf(e.getCause());
    } catch (TimeoutException e) {
      hung = true;
    }
    long nanos = System.nanoTime() - began;
    if (!hung) {
      thread.join();
      Thread.sleep(50); // what ends by itself gets a moment to do so
    }
    Census after = Census.of(nap);
    Trees.end(nap);
    thread.join(5000);
    return new Ending(hung, nanos, answer, before, after);
  }
}
