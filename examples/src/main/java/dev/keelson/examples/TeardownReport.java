/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Stdout;
import dev.keelson.process.Teardown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Launch, talk, time out, tear down, and read the report of what was ended. */
final class TeardownReport implements Story {

  @Override
  public String id() {
    return "teardown";
  }

  @Override
  public String title() {
    return "launch, time out, tear down, report";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say("A child to talk to; closing it ends its tree:");
    String first = Trees.nap();
    Command server =
        Command.shell("sleep " + first + " & echo listening on 8080; wait")
            .stdout(Stdout.pipe())
            .grace(Duration.ofMillis(200));
    try (Child child = server.start()) {
      stage.show("first line: " + child.stdoutLines().findFirst().orElse("none"));
      stage.show("alive: " + Trees.live(first).size() + " processes");
    }
    stage.show("after close(): " + Trees.live(first).size() + " processes");
    stage.expect(Trees.live(first).isEmpty(), "close() ends the tree");

    stage.say(
        "A timeout; one process of the tree ignores TERM, another is an orphan in its own"
            + " session, which descendants() does not find:");
    String second = Trees.nap();
    Command slow =
        Command.shell(
                "(trap '' TERM; exec sleep " + second + ") & " + apart(second) + " echo half; wait")
            .timeout(Duration.ofMillis(600))
            .grace(Duration.ofMillis(300));
    try {
      stage.step("waiting for the timeout", slow::run);
    } catch (CommandTimedOutException e) {
      stage.show(e.getClass().getSimpleName() + ": " + e.getMessage());
      stage.show("stdout so far: " + e.result().stdoutTrimmed());
      e.result().teardown().ifPresent(teardown -> show(stage, teardown));
    }
    int plain = plain(stage);
    stage.row("tree of 4, one orphaned", plain + " left", Trees.live(second).size() + " left");
    stage.wound(plain > 0, "descendants() does not find an orphan");
    stage.expect(Trees.live(second).isEmpty(), "a timeout ends the tree");

    stage.say("A start that fails says what was missing:");
    for (Command failing :
        List.of(
            Command.of("no-such-program-here"),
            Command.of("true").directory(Path.of("no-such-directory")),
            Command.of("/etc"))) {
      try {
        failing.run();
      } catch (LaunchException e) {
        stage.show(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }

  /** One in a session of its own whose parent is gone at once, and an ordinary one. */
  private static String apart(String nap) {
    String orphan = "command -v setsid > /dev/null && exec setsid sleep %s; exec sleep %s";
    return ("( (" + orphan + ") & ); sleep %s &").replace("%s", nap);
  }

  private static void show(Stage stage, Teardown teardown) {
    Table table = new Table(List.of("pid", "program", "last signal"));
    teardown
        .ended()
        .forEach(
            member ->
                table.row(
                    List.of(
                        String.valueOf(member.pid()),
                        member.program(),
                        member.signal() == 9 ? "9 KILL" : String.valueOf(member.signal()))));
    stage.show(table);
    stage.show(
        "reason: "
            + teardown.reason()
            + "; took "
            + teardown.duration().toMillis()
            + " ms; complete: "
            + teardown.isComplete());
  }

  /** The same with what the JDK has for it: a look at the descendants, TERM, a grace, KILL. */
  private static int plain(Stage stage) throws Exception {
    String nap = Trees.nap();
    String script = "(trap '' TERM; exec sleep " + nap + ") & " + apart(nap) + " echo half; wait";
    Process process = new ProcessBuilder("/bin/sh", "-c", script).start();
    Trees.awaitSome(nap, 4); // on a busy machine they are not there at once
    stage.step("the same with ProcessBuilder", () -> process.waitFor(600, TimeUnit.MILLISECONDS));
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroy();
    descendants.forEach(ProcessHandle::destroy);
    Thread.sleep(300);
    process.destroyForcibly().waitFor();
    descendants.forEach(ProcessHandle::destroyForcibly);
    Thread.sleep(50);
    int left = Trees.live(nap).size();
    Trees.end(nap);
    return left;
  }
}
