/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.Procs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what README.md, docs/getting-started.md and docs/migrating.md show. The programs that a
 * machine need not have are those of {@code src/test/bin}.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NoLeaks(withinMillis = 30_000) // nobody has to be quick
class SnippetsOfProcessesTest {

  private static final String HASH = "0123456789abcdef";

  @TempDir Path directory;

  @Test
  void shouldEndTheServerAndItsHelperWhenTheReadmeLeavesTheBlock() throws Exception {
    Files.createFile(directory.resolve("Main.java"));
    String printed = Printed.by(() -> ReadmeSnippets.readme(directory));
    Matcher both =
        Pattern.compile("\\?\\? Main\\.java\nlistening, helper (\\d+)\n").matcher(printed);
    assertTrue(both.matches(), printed);
    long helper = Long.parseLong(both.group(1));
    Await.soon().until("the helper is gone", () -> !Procs.isAlive(helper));
  }

  @Test
  void shouldListTheDirectoryWhenTheTypeIsReplaced() throws Exception {
    Files.createFile(directory.resolve("one"));
    Process process = ReadmeSnippets.dropIn(directory.toFile());
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.getInputStream().close();
    process.getErrorStream().close();
    assertEquals(0, process.waitFor());
    assertTrue(said.endsWith(" one\n"), said);
  }

  @Test
  void shouldTellEachFailureApartWhenACommandFails() throws Exception {
    assertEquals("fine", ReadmeSnippets.failures(Command.of("echo", "fine")));
    String missing = ReadmeSnippets.failures(Command.of("no-such-program-anywhere"));
    assertTrue(missing.startsWith("not installed; looked in ["), missing);
    String slow =
        ReadmeSnippets.failures(
            Command.shell("echo begun; exec sleep 300").idleTimeout(ofSeconds(1)));
    assertTrue(slow.matches("too slow; so far it said (begun)?"), slow);
    assertEquals(
        "failed with exit code 3: no\n",
        ReadmeSnippets.failures(Command.shell("echo no >&2; exit 3")));
  }

  @Test
  void shouldGiveTheVersionWhenItRunsMeanwhile() {
    assertEquals("git version 99.1", ReadmeSnippets.async());
  }

  @Test
  void shouldCountTheErrorsWhenThePipelineRuns() throws Exception {
    Path log = directory.resolve("log");
    Files.writeString(log, "ERROR two\nfine\nERROR one\nERROR two\n");
    Result result = ReadmeSnippets.pipeline(log);
    assertEquals(
        List.of("1 ERROR one", "2 ERROR two"), result.lines().stream().map(String::strip).toList());
    Files.writeString(log, "fine\n");
    result = ReadmeSnippets.pipeline(log);
    assertEquals("", result.stdoutText());
    assertEquals(1, result.results().get(0).exitCode());
  }

  @Test
  void shouldFeedTextFilesAndSecretsWhenInputIsGiven() throws Exception {
    Path archive = directory.resolve("archive");
    Files.writeString(archive, "content");
    String sum =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest("content".getBytes(UTF_8)));
    assertEquals(
        "a\nb\n" + sum + "  -\n\n",
        Printed.by(() -> GettingStartedSnippets.input(archive, "the right token")));
    CommandFailedException refused =
        assertThrows(
            CommandFailedException.class,
            () -> Printed.by(() -> GettingStartedSnippets.input(archive, "a wrong token")));
    assertFalse(refused.getMessage().contains("a wrong token"), refused.getMessage());
  }

  @Test
  void shouldWriteLinesAndFilesWhenOutputIsSent() throws Exception {
    Path log = directory.resolve("log");
    String printed = Printed.by(() -> GettingStartedSnippets.output(log));
    assertEquals("compiling\none warning\n", printed);
    assertEquals("compiling\ncompiling\n", Files.readString(log));
  }

  @Test
  void shouldPrintTheProductAndTheEndWhenAChildIsTalkedTo() throws Exception {
    assertEquals("42\nexit code 0\n", Printed.by(GettingStartedSnippets::child));
  }

  @Test
  void shouldTellWhoWasEndedWhenATreeIsTornDown() throws Exception {
    try (Child child = Command.of("sleep", "300").start()) {
      String printed = Printed.by(() -> GettingStartedSnippets.teardown(child));
      assertTrue(printed.matches("\\[" + child.pid() + " \\S*sleep signal \\d+\\]\n"), printed);
      assertFalse(Procs.isAlive(child.pid()));
    }
  }

  @Test
  void shouldGiveTheResultsInOrderWhenManyRunAtOnce() {
    List<Command> commands = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      commands.add(Command.of("echo", "number " + i));
      wanted.add("number " + i);
    }
    List<Result> results = GettingStartedSnippets.launcher(commands);
    assertEquals(wanted, results.stream().map(Result::stdoutTrimmed).toList());
  }

  @Test
  void shouldPrintWhatIsPromisedHere() throws Exception {
    String printed = Printed.by(GettingStartedSnippets::capabilities);
    String level = Launcher.system().capabilities().of(Guarantee.ORPHAN_GUARD).level().toString();
    assertTrue(printed.startsWith(level + "\n"), printed);
    assertTrue(printed.contains(Guarantee.ORPHAN_GUARD.toString()), printed);
  }

  @Test
  void shouldReadTheSameRevisionWhenProcessBuilderIsReplaced() throws Exception {
    Files.writeString(directory.resolve("HEAD"), HASH + "\n");
    assertEquals(HASH, MigratingSnippets.processBuilderOld(directory.toFile()));
    assertEquals(HASH + "\n0", MigratingSnippets.processBuilderDropIn(directory.toFile()));
    assertEquals(HASH + 0, MigratingSnippets.dropInDeadline(directory.toFile()));
    assertEquals(HASH, MigratingSnippets.processBuilderNew(directory));
  }

  @Test
  void shouldFailWhenThereIsNoRevision() throws Exception {
    IOException old =
        assertThrows(
            IOException.class, () -> MigratingSnippets.processBuilderOld(directory.toFile()));
    assertEquals("git failed: 128", old.getMessage());
    assertEquals("128", MigratingSnippets.processBuilderDropIn(directory.toFile()));
    CommandFailedException failed =
        assertThrows(
            CommandFailedException.class, () -> MigratingSnippets.processBuilderNew(directory));
    assertEquals("fatal: not a git repository\n", failed.result().stderrText());
  }

  /** Takes the ten seconds of the snippet. */
  @Test
  void shouldEndTheReadWithTheProcessWhenTheDeadlineFromOutsideComes() throws Exception {
    Files.createFile(directory.resolve("slow"));
    String said = MigratingSnippets.dropInDeadline(directory.toFile());
    assertTrue(said.matches("\\d+137"), said);
    long helper = Long.parseLong(said.substring(0, said.length() - 3));
    assertTrue(Procs.isAlive(helper), "what is ended is one process");
    assertTrue(Procs.find(helper).map(Procs::kill).orElse(false));
  }

  @Test
  void shouldPassTheSameEnvironmentWhenTheBuilderIsReplaced() throws Exception {
    String script = "echo \"$LANG ${DISPLAY-none}\" >>said; exit 7";
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).directory(directory.toFile());
    builder.environment().put("DISPLAY", ":9");
    assertEquals(7, MigratingSnippets.environmentOld(builder));
    Command command = Command.shell(script).directory(directory).env("DISPLAY", ":9");
    assertEquals(7, MigratingSnippets.environmentNew(command));
    assertEquals("C none\nC none\n", Files.readString(directory.resolve("said")));
  }

  @Test
  void shouldMergeStandardErrorWhenTheOutputIsRead() throws Exception {
    assertEquals("0openjdk version \"99\"\n", MigratingSnippets.ztExecNew());
  }

  @Test
  void shouldHandOverEachLineWhenItComes() throws Exception {
    List<String> lines = new ArrayList<>();
    MigratingSnippets.ztExecStreamsNew(lines::add);
    assertEquals(List.of("compiling", "one warning"), lines);
  }

  @Test
  void shouldPassAWordWithASpaceWhenItPrints() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(1, MigratingSnippets.commonsExecNew(out));
    assertEquals("queued\nlow on paper\n", out.toString(UTF_8));
  }

  @Test
  void shouldThrowOnlyForCodesThatAreNotExpected() throws Exception {
    Command command = Command.shell("echo run >>runs; exit 1").directory(directory);
    assertEquals(1, MigratingSnippets.exitOld(command));
    assertEquals(3, Files.readAllLines(directory.resolve("runs")).size());
    assertThrows(
        CommandFailedException.class,
        () -> MigratingSnippets.exitOld(Command.shell("exit 3").directory(directory)));
  }

  /** The helper of the first run waits until the second begins, and so outlives its child. */
  @Test
  void shouldReadUntilTheExitOrUntilTheEndWhenAHelperHoldsThePipe() throws Exception {
    Command command =
        Command.shell(
                """
                [ ! -e second ] || : >go
                : >second
                echo early
                (
                  i=0
                  until [ -e go ] || [ "$i" = 600 ]; do i=$((i + 1)); sleep 0.1; done
                  echo late
                ) &
                """)
            .directory(directory);
    assertEquals("early\nearly\nlate\n", MigratingSnippets.detachedHelper(command));
  }
}
