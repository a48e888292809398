/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Result;
import dev.keelson.testkit.ChildProgram;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a child ended, and whether that is a failure. */
abstract class ExitContract extends ContractSuite {

  @Test
  void shouldTellEveryExitCode() throws Exception {
    List<Command> commands =
        IntStream.rangeClosed(0, 255).mapToObj(code -> sh("exit " + code).anyExit()).toList();

    for (int code = 0; code < commands.size(); code++) {
      Result result = launcher().run(commands.get(code));
      assertEquals(new ExitStatus.Exited(code), result.status());
      assertEquals(code, result.exitCode());
    }
  }

  @Test
  void shouldFailForEveryCodeButZeroUnlessSaid() throws Exception {
    assertEquals(0, launcher().run(sh("exit 0")).exitCode());
    for (int code : new int[] {1, 2, 127, 137, 255}) {
      CommandFailedException failure =
          assertThrows(CommandFailedException.class, () -> launcher().run(sh("exit " + code)));
      assertEquals(code, failure.result().exitCode());
    }
  }

  @Test
  void shouldExpectTheCodesSaidLast() throws Exception {
    Command command = sh("exit $0").expectExit(1).expectExit(3, 4);

    assertEquals(4, launcher().run(command.args("4")).exitCode());
    assertThrows(CommandFailedException.class, () -> launcher().run(command.args("1")));
    assertThrows(CommandFailedException.class, () -> launcher().run(command.args("0")));
  }

  @Test
  void shouldTakeEveryEndWhereAnyIsFine() throws Exception {
    assertEquals(9, launcher().run(sh("exit 9").anyExit()).exitCode());
    assertEquals(137, launcher().run(sh("kill -KILL $$").anyExit()).exitCode());
  }

  @Test
  void shouldSayEverythingWhenItFails() {
    Command command =
        program(
                ChildProgram.create()
                    .printError("HEAD")
                    .fillerError(20_000)
                    .printError("TAIL")
                    .print("the output")
                    .exit(42))
            .directory(dir)
            .secretArg("hush-hush")
            .env("PLAIN", "visible");

    CommandFailedException failure =
        assertThrows(CommandFailedException.class, () -> launcher().run(command));

    String message = failure.getMessage();
    assertTrue(message.startsWith(command.toString()), message);
    assertTrue(message.contains("PLAIN=visible"), message);
    assertTrue(message.contains("***") && !message.contains("hush"), message);
    assertTrue(message.contains("exit code 42"), message);
    assertTrue(message.contains("directory " + dir), message);
    assertTrue(message.matches("(?s).*\\(pid \\d+, .*after \\d+ ms.*"), message);
    assertTrue(message.contains("stderr: HEAD"), message);
    assertTrue(message.endsWith("TAIL"), message);
    assertTrue(message.contains("characters left out"), message);
    assertTrue(message.length() < 10_000, "long: " + message.length());
    assertEquals(command.toString(), failure.command());
    assertEquals("the output", failure.result().stdoutText());
    assertEquals(20_008, failure.result().stderr().length);
  }

  @Test
  void shouldTellASignalAsFarAsTheEngineCan() {
    CommandFailedException failure =
        assertThrows(CommandFailedException.class, () -> launcher().run(sh("kill -SEGV $$")));

    assertEquals(139, failure.result().exitCode());
    assertTrue(failure.getMessage().contains("signal 11 (SEGV)"), failure.getMessage());
    if (keeps(Guarantee.EXACT_STATUS)) {
      ExitStatus.Signaled status = (ExitStatus.Signaled) failure.result().status();
      assertEquals(11, status.signal());
    }
  }

  @Test
  void shouldTellASignalThatKeelsonSent() throws Exception {
    try (Child child = launcher().start(sh(SLEEP))) {
      assertTrue(child.signal("KILL"));
      assertEquals(new ExitStatus.Signaled(9, false), child.await());
    }
    try (Child child = launcher().start(sh(SLEEP))) {
      assertTrue(child.signal("SIGTERM"));
      assertEquals(new ExitStatus.Signaled(15, false), child.await());
    }
  }

  @Test
  void shouldMeasureTheDuration() throws Exception {
    Duration duration = launcher().run(Command.of("sleep", "0.2")).duration();

    assertTrue(duration.toMillis() >= 200 && duration.compareTo(SOON) < 0, duration.toString());
  }
}
