/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.NoLeaks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a start fails has a kind of its own, keeps its number and tells the fix. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks(withinMillis = 10_000)
class LaunchFailureTest {

  private static final int ENOENT = 2;
  private static final int E2BIG = 7;
  private static final int ENOEXEC = 8;
  private static final int EACCES = 13;
  private static final int ETXTBSY = 26;

  /** Class path of nothing: the same directory for all, so that it is no test's leak. */
  @TempDir private static Path shared;

  private Path directory;

  @BeforeAll
  static void warmUp() throws Exception {
    Launcher.system().run(Command.of("true"));
  }

  @BeforeEach
  void setUp() throws IOException {
    directory = Files.createDirectories(shared.resolve("d" + System.nanoTime()));
  }

  @Test
  void shouldNameTheDirectoriesWhenThereIsNoSuchProgram() {
    LaunchException.CommandNotFound e =
        fails(LaunchException.CommandNotFound.class, ENOENT, Command.of("no-such-program", "x"));
    assertEquals(Arrays.asList(System.getenv("PATH").split(":", -1)), e.searched());
    tells(e, "no-such-program", "PATH", "give its path");
  }

  @Test
  void shouldSayThatThereIsNoSuchFileWhenThePathIsWrong() {
    Command command = Command.of(directory.resolve("none"));
    tells(fails(LaunchException.CommandNotFound.class, ENOENT, command), "no such file");
  }

  @Test
  void shouldBlameTheDirectoryWhenThatIsMissing() {
    Command command = Command.of("true").directory(directory.resolve("none"));
    tells(
        fails(LaunchException.BadWorkingDirectory.class, ENOENT, command),
        directory.resolve("none").toString(),
        "does not exist");
  }

  @Test
  void shouldNameTheInterpreterWhenThatIsMissing() throws Exception {
    Command command = Command.of(program("script", "#!/no/such/interpreter -x\n"));
    LaunchException.InterpreterMissing e =
        fails(LaunchException.InterpreterMissing.class, ENOENT, command);
    assertEquals("/no/such/interpreter", e.interpreter());
    tells(e, "/no/such/interpreter", "missing");
  }

  /** It was once looked for below the root. */
  @Test
  void shouldNameTheInterpreterOfAScriptWhosePathIsRelative() throws Exception {
    Path script = program("script", "#!/no/such/interpreter -x\n").toRealPath();
    Command command = Command.of(Path.of("").toRealPath().relativize(script));
    LaunchException.InterpreterMissing e =
        fails(LaunchException.InterpreterMissing.class, ENOENT, command);
    assertEquals("/no/such/interpreter", e.interpreter());
  }

  /** A copy of a program whose loader is given another name, of the same length. */
  @Test
  void shouldBlameTheLoaderWhenThatIsMissing() throws Exception {
    byte[] elf = Files.readAllBytes(Path.of("/bin/true").toRealPath());
    String text = new String(elf, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("/lib");
    assertTrue(at > 0, "/bin/true names a loader");
    elf[at + 1] = 'X';
    Path file = Files.write(directory.resolve("elf"), elf);
    assertTrue(file.toFile().setExecutable(true));
    tells(
        fails(LaunchException.InterpreterMissing.class, ENOENT, Command.of(file)),
        "loader",
        file.toString(),
        "missing");
  }

  @Test
  void shouldSaySoWhenTheProgramIsADirectory() {
    Command command = Command.of(directory);
    tells(fails(LaunchException.NotExecutable.class, EACCES, command), "is a directory");
  }

  @Test
  void shouldTellToSetTheBitWhenTheProgramHasNone() throws Exception {
    Path file = Files.writeString(directory.resolve("text"), "#!/bin/sh\n");
    Command command = Command.of(file); // also root may execute only what somebody may
    tells(fails(LaunchException.NotExecutable.class, EACCES, command), "execute bit");
  }

  @Test
  void shouldRunAnEmptyFileAsAnEmptyScript() throws Exception {
    Result result = Command.of(program("empty", "")).run();
    assertEquals(0, result.exitCode());
    assertEquals("", result.stdoutText());
  }

  @Test
  void shouldRunAFileWithoutAFirstLineByTheShell() throws Exception {
    assertEquals("hi", Command.of(program("plain", "echo hi\n")).run().stdoutTrimmed());
  }

  @Test
  void shouldSayWhichArgumentIsTooLong() {
    Command command = Command.of("true", "short", "x".repeat(131_072));
    LaunchException.ArgumentListTooLong e =
        fails(LaunchException.ArgumentListTooLong.class, E2BIG, command);
    assertEquals(2, e.index());
    tells(e, "argument 2", "131072", "stdin");
  }

  @Test
  void shouldPassTheLongestArgumentThatThereMayBe() throws Exception {
    Command command = Command.of("printf", "%s", "x".repeat(131_071));
    assertEquals(131_071, command.run().stdout().length);
  }

  @Test
  void shouldSayThatAllOfThemAreTooLongTogether() {
    String[] many = new String[4_000];
    Arrays.fill(many, "x".repeat(4_000));
    LaunchException.ArgumentListTooLong e =
        fails(LaunchException.ArgumentListTooLong.class, E2BIG, Command.of("true", many));
    assertEquals(-1, e.index());
    tells(e, "together", "stdin");
  }

  @Test
  void shouldSayThatAFileIsNoProgramOfThisSystem() throws Exception {
    // An ELF file, so that no shell is asked, of no machine.
    byte[] elf = new byte[64];
    System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, elf, 0, 7);
    Path file = Files.write(directory.resolve("alien"), elf);
    assertTrue(file.toFile().setExecutable(true));
    Command command = Command.of(file);
    try {
      // The JDK gives what the system refuses to the shell, as execvp does.
      assertEquals(true, command.anyExit().run().exitCode() > 0);
    } catch (LaunchException.BadFormat e) {
      assertEquals(ENOEXEC, e.errno());
    }
  }

  @Test
  void shouldGiveUpAfterASecondWhenTheProgramStaysOpenForWriting() throws Exception {
    Path file = Files.copy(Path.of("/bin/true").toRealPath(), directory.resolve("busy"));
    assertTrue(file.toFile().setExecutable(true));
    Command command = Command.of(file);
    assertEquals(0, command.run().exitCode());
    try (OutputStream writer =
        Files.newOutputStream(file, java.nio.file.StandardOpenOption.APPEND)) {
      assertNotNull(writer);
      long start = System.nanoTime();
      LaunchException e = fails(LaunchException.TextFileBusy.class, ETXTBSY, command);
      long took = System.nanoTime() - start;
      assertTrue(took >= TimeUnit.MILLISECONDS.toNanos(900), "retried for " + took);
      tells(e, "open for writing");
    }
    assertEquals(0, command.run().exitCode());
  }

  @Test
  void shouldFailTheFutureOfARunThatCannotStart() {
    Throwable e =
        assertThrows(
            java.util.concurrent.ExecutionException.class,
            () -> Command.of("/none").runAsync().get(20, TimeUnit.SECONDS));
    assertInstanceOf(LaunchException.CommandNotFound.class, e.getCause());
  }

  private Path program(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  private static <E extends LaunchException> E fails(Class<E> kind, int errno, Command command) {
    for (int round = 0; round < 3 && kind != LaunchException.TextFileBusy.class; round++) {
      assertThrows(kind, command::start);
    }
    E e = assertThrows(kind, command::run);
    assertEquals(errno, e.errno(), e.getMessage());
    assertNotNull(e.getCause(), "the system's own exception");
    assertTrue(e.getMessage().startsWith(command.toString()) || command.toString().length() > 999);
    return e;
  }

  private static void tells(LaunchException e, String... words) {
    String message = e.getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), "\"" + word + "\" is missing in: " + message);
    }
  }
}
