/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.Drain;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Pipeline;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be right is refused at once, by name, value and fix, before anything is started. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(30)
@NoLeaks(withinMillis = 10_000)
class BadInputTest {

  private static final Command OK = Command.of("true");
  private static final FaultyEngine ENGINE = new FaultyEngine();
  private static final Launcher LAUNCHER = EngineLaunchers.over(ENGINE).build();

  /**
   * A wrong call.
   *
   * @param words what the message must contain: the argument, its value, the fix
   */
  record Wrong(String what, Executable call, Class<? extends Throwable> type, List<String> words) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Wrong illegal(String what, Executable call, String... words) {
    return new Wrong(what, call, IllegalArgumentException.class, List.of(words));
  }

  private static Wrong missing(String what, Executable call, String... words) {
    return new Wrong(what, call, NullPointerException.class, List.of(words));
  }

  private static Wrong state(String what, Executable call, String... words) {
    return new Wrong(what, call, IllegalStateException.class, List.of(words));
  }

  private static Wrong refused(String what, Command command, String... words) {
    return new Wrong(what, () -> LAUNCHER.run(command), LaunchException.class, List.of(words));
  }

  @SuppressWarnings("DataFlowIssue") // nulls are the point
  static Stream<Wrong> nulls() {
    return Stream.of(
        missing("null program", () -> Command.of((String) null), "program"),
        missing("null path", () -> Command.of((Path) null), "program"),
        missing("null list", () -> Command.of((List<String>) null), "command"),
        missing("null script", () -> Command.shell(null), "script"),
        missing("null argument", () -> Command.of("a", "b", null), "argument 2"),
        missing("null in a list", () -> Command.of(Arrays.asList("a", null)), "argument 1"),
        missing("null secret", () -> OK.secretArg(null), "argument 1"),
        missing("null directory", () -> OK.directory(null), "directory"),
        missing("null name", () -> OK.env(null, "x"), "name"),
        missing("null value", () -> OK.env("A", null), "A", "unsetEnv"),
        missing("null variables", () -> OK.env((Map<String, String>) null), "variables"),
        missing("null stdin", () -> OK.stdin(null), "stdin"),
        missing("null stdout", () -> OK.stdout(null), "stdout"),
        missing("null stderr", () -> OK.stderr(null), "stderr"),
        missing("null charset", () -> OK.charset(null), "charset"),
        missing("null timeout", () -> OK.timeout(null), "timeout"),
        missing("null idle timeout", () -> OK.idleTimeout(null), "idleTimeout"),
        missing("null grace", () -> OK.grace(null), "grace"),
        missing("null drain", () -> OK.drain(null), "drain"),
        missing("null patience", () -> Drain.graceful(null), "patience"),
        missing("null group", () -> OK.group(null), "group"),
        missing("null member", () -> OK.pipe(null), "next"),
        missing("null bytes", () -> Stdin.bytes(null), "bytes"),
        missing("null text", () -> Stdin.text(null), "text"),
        missing("null input file", () -> Stdin.file(null), "path"),
        missing("null supplier", () -> Stdin.stream(null), "supplier"),
        missing("null output file", () -> Stdout.file(null), "path"),
        missing("null consumer", () -> Stdout.lines(null), "consumer"),
        missing("null sink", () -> Stdout.to(null), "supplier"),
        missing("null command to run", () -> LAUNCHER.run((Command) null), "command"),
        missing("null command to start", () -> LAUNCHER.start(null), "command"),
        missing("null command to run later", () -> LAUNCHER.runAsync((Command) null), "command"),
        missing("null pipeline", () -> LAUNCHER.run((Pipeline) null), "pipeline"));
  }

  static Stream<Wrong> values() {
    return Stream.of(
        illegal("empty program", () -> Command.of(""), "program", "empty", "give"),
        illegal("empty path", () -> Command.of(Path.of("")), "program", "empty", "give"),
        illegal("empty list", () -> Command.of(List.of()), "command", "empty", "program"),
        illegal("NUL in program", () -> Command.of("a\0b"), "argument 0", "NUL"),
        illegal("NUL in argument", () -> Command.of("a", "x\0y"), "argument 1", "NUL"),
        illegal("NUL in secret", () -> OK.secretArg("x\0y"), "argument 1", "***", "NUL"),
        illegal("NUL in name", () -> OK.env("A\0B", "x"), "name", "NUL"),
        illegal("NUL in value", () -> OK.env("A", "x\0y"), "value of A", "NUL"),
        illegal("NUL in a map", () -> OK.env(Map.of("A", "x\0y")), "value of A", "NUL"),
        illegal("empty name", () -> OK.env("", "x"), "name", "empty"),
        illegal("= in name", () -> OK.env("A=B", "x"), "name", "A=B", "="),
        illegal("newline in name", () -> OK.env("A\nB", "x"), "name", "line break"),
        illegal("return in name", () -> OK.unsetEnv("A\rB"), "name", "line break"),
        illegal("negative timeout", () -> OK.timeout(ofSeconds(-3)), "timeout", "PT-3S", "zero"),
        illegal("negative idle", () -> OK.idleTimeout(ofSeconds(-3)), "idleTimeout", "PT-3S"),
        illegal("negative grace", () -> OK.grace(ofSeconds(-3)), "grace", "PT-3S", "zero"),
        illegal("negative drain", () -> Drain.graceful(ofSeconds(-3)), "patience", "PT-3S"),
        illegal(
            "tiny negative", () -> OK.timeout(Duration.ofNanos(-1)), "timeout", "PT-0.000000001S"),
        illegal("no exit code", () -> OK.expectExit(), "codes", "anyExit"),
        illegal("negative output", () -> OK.maxOutput(-1), "maxOutput", "-1", "zero or more"),
        illegal("one byte kept", () -> OK.keepHeadAndTail(1), "bytes", "1", "at least 2"),
        illegal("no tee", () -> Stdout.tee(), "outputs", "empty", "discard()"),
        illegal("tee of a pipe", () -> Stdout.tee(Stdout.pipe()), "outputs", "pipe()", "to("),
        illegal("pipeline of none", () -> Pipeline.of(List.of()), "commands", "0", "two"),
        illegal("pipeline of one", () -> Pipeline.of(List.of(OK)), "commands", "1", "two"),
        illegal("no place", () -> Launcher.builder().maxConcurrent(0), "maxConcurrent", "0"),
        illegal(
            "no such engine", () -> Launcher.builder().engine("warp").build(), "warp", "portable"),
        illegal(
            "negative default",
            () -> Launcher.builder().defaultTimeout(ofSeconds(-1)),
            "defaultTimeout",
            "PT-1S"));
  }

  static Stream<Wrong> uses() {
    Launcher closed = EngineLaunchers.over(ENGINE).build();
    closed.close();
    Command piped = OK.stdout(Stdout.pipe());
    return Stream.of(
        state("closed: run", () -> closed.run(OK), "closed", "another"),
        state("closed: start", () -> closed.start(OK), "closed", "another"),
        state("closed: later", () -> closed.runAsync(OK), "closed", "another"),
        state("closed: pipeline", () -> closed.run(OK.pipe(OK)), "closed", "another"),
        state("run of a pipe", () -> LAUNCHER.run(piped), "pipe()", "start()"),
        state("run of an input", () -> LAUNCHER.run(OK.stdin(Stdin.pipe())), "pipe()", "start()"),
        state("pipe of errors", () -> LAUNCHER.run(OK.stderr(Stdout.pipe())), "pipe()", "start()"),
        state("later of a pipe", () -> LAUNCHER.runAsync(piped), "pipe()", "start()"),
        state("pipeline to a pipe", () -> LAUNCHER.run(OK.pipe(piped)), "pipe()"),
        state(
            "pipeline from a pipe", () -> LAUNCHER.run(OK.stdin(Stdin.pipe()).pipe(OK)), "pipe()"),
        new Wrong(
            "closing the system's",
            () -> Launcher.system().close(),
            UnsupportedOperationException.class,
            List.of("Launcher.builder()")),
        refused("file as directory", OK.directory(Path.of("/etc/passwd")), "/etc/passwd", "not a"),
        refused("no directory", OK.directory(Path.of("/none")), "/none", "does not exist"),
        refused("input missing", OK.stdin(Stdin.file(Path.of("/none/in"))), "/none/in"),
        refused("output nowhere", OK.stdout(Stdout.file(Path.of("/none/out"))), "/none/out"),
        refused("errors nowhere", OK.stderr(Stdout.append(Path.of("/none/err"))), "/none/err"),
        refused("output is a directory", OK.stdout(Stdout.file(Path.of("/etc"))), "/etc"));
  }

  @ParameterizedTest
  @MethodSource({"nulls", "values", "uses"})
  void shouldRefuseBeforeAnythingIsStarted(Wrong wrong) {
    int before = ENGINE.spawned();
    Throwable thrown = null;
    try {
      wrong.call().execute();
    } catch (Throwable e) {
      thrown = e;
    }
    assertNotNull(thrown, wrong + " was not refused");
    assertTrue(wrong.type().isInstance(thrown), wrong + " threw " + thrown);
    String message = String.valueOf(thrown.getMessage());
    for (String word : wrong.words()) {
      assertTrue(message.contains(word), wrong + " does not say \"" + word + "\": " + message);
    }
    assertEquals(before, ENGINE.spawned(), wrong + " started a process");
  }
}
