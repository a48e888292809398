/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Drain;
import dev.keelson.process.Result;
import dev.keelson.process.SafeProcessBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The same twenty lines three times: as they are in many programs, with one type name changed, and
 * as a command. Each meets a child that behaves, one whose helper holds the pipe, and one that
 * hangs.
 */
final class ReplaceProcessBuilder implements Story {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  @Override
  public String id() {
    return "replace";
  }

  @Override
  public String title() {
    return "replace your ProcessBuilder";
  }

  /** What the twenty lines are for. */
  private record Lines(int exit, List<String> lines) {}

  // before

  private static Lines before(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true).start();
    process.getOutputStream().close();
    List<String> lines;
    try (BufferedReader reader = process.inputReader()) {
      lines = reader.lines().toList();
    }
    if (!process.waitFor(1, SECONDS)) {
      process.destroyForcibly();
      throw new IOException("timed out");
    }
    return new Lines(process.exitValue(), lines);
  }

  // step 1: one type name

  private static Lines dropIn(String script) throws IOException, InterruptedException {
    Process process =
        new SafeProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true).start();
    process.getOutputStream().close();
    List<String> lines;
    try (BufferedReader reader = process.inputReader()) {
      lines = reader.lines().toList();
    }
    if (!process.waitFor(1, SECONDS)) {
      process.destroyForcibly();
      throw new IOException("timed out");
    }
    return new Lines(process.exitValue(), lines);
  }

  // step 2: say what is wanted

  private static Lines command(String script) throws IOException, InterruptedException {
    Command command =
        Command.of("/bin/sh", "-c", script)
            .mergeStderr()
            .timeout(Duration.ofSeconds(1))
            .grace(Duration.ofMillis(200))
            .drain(Drain.untilExit())
            .anyExit();
    Result result = command.run();
    return new Lines(result.exitCode(), result.lines());
  }

  private interface Way {
    Lines run(String script) throws IOException, InterruptedException;
  }

  @Override
  public void tell(Stage stage) throws Exception {
    three(stage, "a child that behaves", false, ": %s; echo one; echo two >&2; exit 7");
    three(
        stage, "a helper holds the pipe", true, "sleep %s & echo one; echo two; sleep 0.8; exit 7");
    three(stage, "a child that hangs", true, "echo one; sleep %s & wait");
    stage.say(
        "The drop-in cures what lies on this side of the pipes and keeps every habit of"
            + " ProcessBuilder, this one too: the timeout above is only looked at after the last"
            + " line was read. A Command has one deadline for everything.");
  }

  private static void three(Stage stage, String what, boolean hurts, String script)
      throws Exception {
    stage.say(what + ":");
    Experiment experiment = new Experiment(stage, DEADLINE);
    Experiment.Ending jdk =
        experiment.run("ProcessBuilder", with(script, ReplaceProcessBuilder::before));
    Experiment.Ending dropIn =
        experiment.run("SafeProcessBuilder", with(script, ReplaceProcessBuilder::dropIn));
    Experiment.Ending command =
        experiment.runPatiently("Command", with(script, ReplaceProcessBuilder::command));
    experiment.report();
    stage.row(what, jdk.brief(), "drop-in " + dropIn.brief() + "; Command " + command.brief());
    if (hurts) {
      stage.wound(jdk.hung(), "ProcessBuilder hangs: " + what);
    }
    stage.expect(!command.hung(), "a Command keeps its deadline");
  }

  private static Experiment.Code with(String script, Way way) {
    return nap -> {
      try {
        Lines lines = way.run(script.formatted(nap));
        return "exit " + lines.exit + ", " + lines.lines;
      } catch (CommandTimedOutException e) {
        return "timed out, had " + e.result().lines();
      }
    };
  }
}
