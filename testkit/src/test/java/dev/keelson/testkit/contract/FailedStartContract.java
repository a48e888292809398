/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.LaunchException;
import dev.keelson.process.LaunchException.ArgumentListTooLong;
import dev.keelson.process.LaunchException.BadWorkingDirectory;
import dev.keelson.process.LaunchException.CommandNotFound;
import dev.keelson.process.LaunchException.InterpreterMissing;
import dev.keelson.process.LaunchException.NotExecutable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts that fail say why, and leave nothing; the leak oracle looks after each of these. */
abstract class FailedStartContract extends ContractSuite {

  @Test
  void shouldSayThatThereIsNoSuchCommand() {
    CommandNotFound onPath =
        fails(CommandNotFound.class, Command.of("no-such-program-here").secretArg("hush-hush"));
    assertEquals(2, onPath.errno());
    assertFalse(onPath.searched().isEmpty());
    assertInstanceOf(ExitStatus.Unknown.class, onPath.result().status());
    assertTrue(onPath.getMessage().contains("PATH"), onPath.getMessage());
    assertFalse(onPath.getMessage().contains("hush"), onPath.getMessage());
    assertTrue(onPath.getMessage().contains("***"), onPath.getMessage());

    CommandNotFound byPath = fails(CommandNotFound.class, Command.of(dir.resolve("none")));
    assertEquals(List.of(), byPath.searched());
  }

  @Test
  void shouldSayThatItMayNotBeExecuted() throws Exception {
    Path plain = Files.writeString(dir.resolve("plain"), "#!/bin/sh\n");

    assertEquals(13, fails(NotExecutable.class, Command.of(plain)).errno());
    assertTrue(fails(NotExecutable.class, Command.of(dir)).getMessage().contains("is a directory"));
  }

  @Test
  void shouldSayThatTheDirectoryIsWrong() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");

    Command command = sh("echo x");
    assertTrue(
        fails(BadWorkingDirectory.class, command.directory(dir.resolve("none")))
            .getMessage()
            .contains("does not exist"));
    assertTrue(
        fails(BadWorkingDirectory.class, command.directory(file))
            .getMessage()
            .contains("is not a directory"));
  }

  @Test
  void shouldNameTheInterpreterThatIsMissing() throws Exception {
    Path script = executable("script", "#!/no/such/interpreter -x\n");

    InterpreterMissing failure = fails(InterpreterMissing.class, Command.of(script));

    assertEquals("/no/such/interpreter", failure.interpreter());
    assertTrue(failure.getMessage().contains("/no/such/interpreter"), failure.getMessage());
  }

  @Test
  void shouldRunAScriptWithoutAFirstLineByTheShell() throws Exception {
    assertEquals(
        "by sh\n", launcher().run(Command.of(executable("bare", "echo by sh\n"))).stdoutText());
  }

  @Test
  void shouldNameTheArgumentThatIsTooLong() {
    Command command = Command.of("echo", "short", "x".repeat(131_072));

    ArgumentListTooLong failure = fails(ArgumentListTooLong.class, command);

    assertEquals(7, failure.errno());
    assertEquals(2, failure.index());
  }

  @Test
  void shouldSayThatAllArgumentsAreTooLongTogether() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add("x".repeat(100_000));
    }

    assertEquals(-1, fails(ArgumentListTooLong.class, Command.of("echo").args(many)).index());
  }

  @Test
  void shouldLeaveNothingBehindHoweverOftenItFails() throws Exception {
    Path plain = Files.writeString(dir.resolve("plain"), "");
    for (int i = 0; i < 30; i++) {
      fails(CommandNotFound.class, Command.of("no-such-program-here"));
      fails(NotExecutable.class, Command.of(plain));
      fails(BadWorkingDirectory.class, sh("exit").directory(dir.resolve("none")));
    }
  }

  private <T extends LaunchException> T fails(Class<T> kind, Command command) {
    T failure = assertThrows(kind, () -> launcher().run(command));
    assertThrows(kind, () -> launcher().start(command));
    assertInstanceOf(IOException.class, failure.getCause());
    assertEquals(command.toString(), failure.command());
    return failure;
  }

  private Path executable(String name, String text) throws IOException {
    Path file = Files.writeString(dir.resolve(name), text);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }
}
