/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hazards of starting a program. */
class LaunchHazardsTest extends HazardSuite {

  private static final int WRITTEN = 150;

  @ParameterizedTest
  @ValueSource(strings = {"POSIX_SPAWN", "VFORK", "FORK"})
  void h22ShouldStartByWhateverMechanismTheJdkWasTold(String mechanism) throws Exception {
    Path out = dir.resolve("out");
    String said =
        JvmProbe.of(SurroundingsProbe.class, out.toString(), "streams", "exit")
            .options("-Djdk.lang.Process.launchMechanism=" + mechanism)
            .run();

    assertEquals("out err", SurroundingsProbe.answer(out, "streams", said), said);
    assertEquals("exit code 7", SurroundingsProbe.answer(out, "exit", said), said);
  }

  @Test
  void h24ShouldRunAProgramThatWasJustWritten() throws Exception {
    List<Thread> forkers = new ArrayList<>();
    AtomicBoolean over = new AtomicBoolean();
    for (int i = 0; i < 2; i++) {
      Thread forker =
          new Thread(
              () -> {
                while (!over.get()) {
                  try {
                    launcher().run(Command.of("true").untracked());
                  } catch (CommandException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }
              },
              "forker");
      forker.start();
      forkers.add(forker);
    }
    try {
      assertEquals(0, failures("keelson", file -> launcher().run(Command.of(file))));
      record(
          "H24",
          SOON,
          () ->
              "could not start "
                  + failures("plain", file -> plain(file.toString()).start().waitFor())
                  + " of "
                  + WRITTEN);
    } finally {
      over.set(true);
      for (Thread forker : forkers) {
        forker.join();
      }
    }
  }

  private int failures(String name, Starter starter) throws Exception {
    int failed = 0;
    for (int i = 0; i < WRITTEN; i++) {
      Path file = dir.resolve(name + i);
      try (OutputStream out =
          java.nio.channels.Channels.newOutputStream(
              Files.newByteChannel(
                  file,
                  java.util.Set.of(
                      java.nio.file.StandardOpenOption.CREATE_NEW,
                      java.nio.file.StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwxr-xr-x"))))) {
        out.write("#!/bin/sh\nexit 0\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      }
      try {
        starter.start(file);
      } catch (IOException e) {
        failed++;
      }
    }
    return failed;
  }

  /** Runs a program to its end. */
  private interface Starter {
    void start(Path file) throws Exception;
  }

  @Test
  void h24ShouldSayWhenAProgramStaysOpenForWriting() throws Exception {
    Path busy = dir.resolve("busy");
    Files.copy(Path.of("/bin/true"), busy);
    assertTrue(busy.toFile().setExecutable(true));
    try (OutputStream writer =
        Files.newOutputStream(busy, java.nio.file.StandardOpenOption.APPEND)) {
      LaunchException.TextFileBusy failure =
          assertThrows(LaunchException.TextFileBusy.class, () -> launcher().run(Command.of(busy)));
      assertEquals(26, failure.errno());
      writer.flush();
    }
    assertEquals(0, launcher().run(Command.of(busy)).exitCode());
  }

  @Test
  void h25ShouldTellTheCausesOfOneErrorNumberApart() throws Exception {
    Path script = executable("script", "#!/no/such/interpreter\n");
    List<Command> commands =
        List.of(
            Command.of("/no/such/program"),
            sh("true").directory(Path.of("/no/such/directory")),
            Command.of(script));
    List<Class<? extends LaunchException>> kinds =
        List.of(
            LaunchException.CommandNotFound.class,
            LaunchException.BadWorkingDirectory.class,
            LaunchException.InterpreterMissing.class);

    for (int i = 0; i < commands.size(); i++) {
      Command command = commands.get(i);
      assertEquals(2, assertThrows(kinds.get(i), () -> launcher().run(command)).errno());
    }
    record("H25 no program", SOON, () -> "" + plain("/no/such/program").start());
    record("H25 no interpreter", SOON, () -> "" + plain(script.toString()).start());
  }

  @Test
  void h26ShouldSearchThePathAsTheJdkDoes() throws Exception {
    Path first = Files.createDirectories(dir.resolve("first"));
    Path second = Files.createDirectories(dir.resolve("second"));
    Path third = Files.createDirectories(dir.resolve("third"));
    Files.createDirectory(first.resolve("prog"));
    Files.writeString(second.resolve("prog"), "not executable");
    Files.writeString(third.resolve("prog"), "echo found by sh");
    assertTrue(third.resolve("prog").toFile().setExecutable(true));
    Path out = dir.resolve("out");

    String said =
        JvmProbe.of(SurroundingsProbe.class, out.toString(), "prog")
            .byShell("PATH=%s:%s:%s:/usr/bin:/bin exec \"$@\"".formatted(first, second, third))
            .run();

    assertEquals("found by sh", SurroundingsProbe.answer(out, "prog", said));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<&-", ">&- 2>&-", "<&- >&- 2>&-"})
  void h28ShouldUseTheRightDescriptorsWhenTheJvmLacksItsOwn(String closed) throws Exception {
    Path out = dir.resolve("out");

    String said =
        JvmProbe.of(SurroundingsProbe.class, out.toString(), "streams", "descriptors", "plain")
            .byShell("exec \"$@\" " + closed)
            .run();

    assertEquals("out err", SurroundingsProbe.answer(out, "streams", said));
    assertEquals("0 1 2", SurroundingsProbe.answer(out, "descriptors", said));
    record("H28 " + closed, SOON, () -> SurroundingsProbe.answer(out, "plain", said));
  }

  @Test
  void h40ShouldRefuseWhatWouldChangeOtherVariables() {
    Command command = sh("true");
    List<Callable<Command>> attempts =
        List.of(
            () -> command.env("A=B", "x"),
            () -> command.env("A", "x\0B=y"),
            () -> command.env("", "x"),
            () -> command.args("x\0y"));

    for (Callable<Command> attempt : attempts) {
      assertThrows(IllegalArgumentException.class, attempt::call);
    }
  }

  @Test
  void h40ShouldPassALineBreakInAValueAsItIs() throws Exception {
    assertEquals(
        "x\nB=y",
        launcher().run(sh("printf %s \"$A\"").env("A", "x\nB=y").timeout(SOON)).stdoutText());
    record(
        "H40",
        Duration.ofSeconds(1),
        () -> {
          Process process =
              Runtime.getRuntime().exec(new String[] {"/usr/bin/env"}, new String[] {"A=x\0B=y"});
          return "Runtime.exec with NUL in envp gives "
              + new String(process.getInputStream().readAllBytes()).strip();
        });
  }
}
