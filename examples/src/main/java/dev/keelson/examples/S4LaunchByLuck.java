/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Drain;
import dev.keelson.process.Result;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Launch code that works by luck: three programs that pass every test until a child writes a little
 * more, starts a helper, or takes too long.
 */
final class S4LaunchByLuck implements Story {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  @Override
  public String id() {
    return "S4";
  }

  @Override
  public String title() {
    return "launch code that works by luck";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "1. Two pipes, read one after the other. The child writes 200,000 bytes of errors, a pipe"
            + " holds 65,536: the child waits for somebody to read its errors, the parent waits for"
            + " the end of its output.");
    Experiment pipes = new Experiment(stage, DEADLINE);
    Experiment.Ending stuck = pipes.run("ProcessBuilder", S4LaunchByLuck::oneAfterTheOther);
    Experiment.Ending both = pipes.runPatiently("Command", S4LaunchByLuck::bothAtOnce);
    pipes.report();
    stage.row("200,000 bytes on stderr", stuck.brief(), both.brief());
    stage.wound(stuck.hung(), "a pipe that nobody reads stops both");
    stage.expect(!both.hung(), "Command reads both pipes");

    stage.say(
        "2. The child starts a helper and ends; the helper holds the pipe. Whoever waits for the"
            + " end of the output waits for the helper.");
    Experiment held = new Experiment(stage, DEADLINE);
    Experiment.Ending waits = held.run("ProcessBuilder", S4LaunchByLuck::untilTheEndOfFile);
    Experiment.Ending drains = held.runPatiently("Command", S4LaunchByLuck::withPatience);
    held.report();
    stage.say(
        "The helper lives on: it may be a daemon that was meant to stay, so a child that has ended"
            + " by itself does not take its tree along. The result says that output may be"
            + " missing.");
    stage.row("a helper holds the pipe", waits.brief(), drains.brief() + " alone, on purpose");
    stage.wound(waits.hung(), "the end of the output does not come while a helper lives");
    stage.expect(!drains.hung(), "Command does not wait for a helper");

    stage.say(
        "3. A timeout that kills the process it knows. What that process has started lives on; one"
            + " of them ignores TERM.");
    Experiment timeout = new Experiment(stage, DEADLINE);
    Experiment.Ending one = timeout.run("ProcessBuilder", S4LaunchByLuck::killsOne);
    Experiment.Ending tree = timeout.runPatiently("Command", S4LaunchByLuck::endsTheTree);
    timeout.report();
    stage.row("timeout of 0.5 s, a tree of 3", one.brief(), tree.brief());
    stage.wound(one.after().survivors() > 0, "a timeout that kills one process leaves others");
    stage.expect(tree.after().survivors() == 0, "the timeout of a Command ends the tree");
  }

  private static String talkative(String nap) {
    return ": " + nap + "; head -c 200000 /dev/zero >&2; echo done";
  }

  private static String withHelper(String nap) {
    return "sleep " + nap + " & echo ready; sleep 1; exit 0"; // somebody reads by then
  }

  private static String tree(String nap) {
    return "(trap '' TERM; exec sleep " + nap + ") & sleep " + nap + " & wait";
  }

  // broken

  private static String oneAfterTheOther(String nap) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", talkative(nap)).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    byte[] errors = process.getErrorStream().readAllBytes();
    return "exit " + process.waitFor() + ", " + out.strip() + ", " + errors.length + " of stderr";
  }

  private static String untilTheEndOfFile(String nap) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", withHelper(nap)).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return "exit " + process.waitFor() + ", " + out.strip();
  }

  private static String killsOne(String nap) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", tree(nap)).start();
    Trees.awaitSome(nap, 3); // on a busy machine it is not there at once
    if (!process.waitFor(500, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
      return "timed out, killed pid " + process.pid();
    }
    return "exit " + process.exitValue();
  }

  // fixed

  private static String bothAtOnce(String nap) throws Exception {
    Result result = Command.shell(talkative(nap)).run();
    return "exit "
        + result.exitCode()
        + ", "
        + result.stdoutTrimmed()
        + ", "
        + result.stderr().length
        + " of stderr";
  }

  private static String withPatience(String nap) throws Exception {
    Drain patience = Drain.graceful(Duration.ofMillis(300));
    Result result = Command.shell(withHelper(nap)).drain(patience).run();
    return "exit "
        + result.exitCode()
        + ", "
        + result.stdoutTrimmed()
        + (result.outputIncomplete() ? ", output incomplete" : "");
  }

  private static String endsTheTree(String nap) throws Exception {
    Command command =
        Command.shell(tree(nap)).timeout(Duration.ofMillis(500)).grace(Duration.ofMillis(300));
    try {
      return "exit " + command.run().exitCode();
    } catch (CommandTimedOutException e) {
      return "timed out, ended "
          + e.result().teardown().map(teardown -> teardown.ended().size()).orElse(0);
    }
  }
}
