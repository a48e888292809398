/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Arg;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.FakeCall;
import dev.keelson.testkit.FakeLaunchError;
import dev.keelson.testkit.FakeLauncher;
import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a test can have a fake process do, and what it is told of it. */
@Tag("process")
@NoLeaks
@Timeout(60)
class FakeLauncherTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void shouldDoWhatTheScriptSays() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("git", "status").stdout(" M pom.xml\n").stderr("warning\n").exit(3);
      CommandFailedException failure =
          assertThrows(CommandFailedException.class, () -> fake.run(Command.of("git", "status")));
      assertEquals(" M pom.xml\n", failure.result().stdoutText());
      assertEquals("warning\n", failure.result().stderrText());
      assertEquals(3, failure.result().exitCode());
    }
  }

  @Test
  void shouldLetHoursPassAtOnceAndExactly() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("slow").after(HOUR).stdout("one").after(HOUR).stdout("two").exit(0);
      Result result = fake.run(Command.of("slow").idleTimeout(HOUR.plusSeconds(1)));
      assertEquals("onetwo", result.stdoutText());
      assertEquals(HOUR.multipliedBy(2), result.duration());
      assertEquals(HOUR.multipliedBy(2), fake.clock().elapsed());
    }
  }

  @Test
  void shouldEndWhatTakesTooLongToTheInstant() {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("deaf").ignores("TERM").stdout("begun").hangs();
      Command command = Command.of("deaf").timeout(HOUR).grace(Duration.ofSeconds(7));
      CommandTimedOutException failure =
          assertThrows(CommandTimedOutException.class, () -> fake.run(command));
      assertEquals(new ExitStatus.Signaled(9, false), failure.result().status());
      assertEquals("begun", failure.result().stdoutText());
      assertEquals(HOUR.plusSeconds(7), fake.clock().elapsed());
      assertEquals(
          List.of(
              new FakeCall.Signal("TERM", HOUR), new FakeCall.Signal("KILL", HOUR.plusSeconds(7))),
          fake.calls().get(0).signals());
    }
  }

  @Test
  void shouldEndByTheIdleTimeoutOnlyWhenNothingCame() {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("tick").after(HOUR).stdout("a").after(HOUR).stdout("b").hangs();
      Command command = Command.of("tick").idleTimeout(HOUR.plusMinutes(1));
      CommandTimedOutException failure =
          assertThrows(CommandTimedOutException.class, () -> fake.run(command));
      assertEquals("ab", failure.result().stdoutText());
      assertEquals(HOUR.multipliedBy(3).plusMinutes(1), fake.clock().elapsed());
    }
  }

  @Test
  void shouldExitOnASignalWhereTold() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("server").exitsOn("TERM", 4).stdout("ready\n").hangs();
      try (Child child = fake.start(Command.of("server").stdout(Stdout.pipe()).anyExit())) {
        assertEquals("ready", child.stdoutLines().findFirst().orElseThrow());
        assertTrue(child.signal("TERM"));
        assertEquals(new ExitStatus.Exited(4), child.await());
      }
      assertEquals(new ExitStatus.Exited(4), fake.calls().get(0).status().orElseThrow());
    }
  }

  @Test
  void shouldWaitForPipesThatAreHeldAsLongAsTheDrainSays() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("launcher").stdout("up").leavesPipesHeldFor(HOUR).exit(0);
      Result result = fake.run(Command.of("launcher"));
      assertEquals("up", result.stdoutText());
      assertTrue(result.outputIncomplete());
      assertEquals(Duration.ofSeconds(2), fake.clock().elapsed());
    }
  }

  @Test
  void shouldKeepWhatWasWrittenThoughNobodyReadIt() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("deaf").exit(0);
      fake.run(Command.of("deaf").stdin(Stdin.text("hello")).env("A", "b").unsetEnv("HOME"));
      FakeCall call = fake.calls().get(0);
      assertEquals("hello", call.stdinText());
      assertEquals("b", call.environmentChanges().get("A").orElseThrow());
      assertTrue(call.environmentChanges().get("HOME").isEmpty());
      assertEquals(2, call.environmentChanges().size(), call.environmentChanges().toString());
    }
  }

  @Test
  void shouldTalk() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("bc").expectLine("hello").replies(line -> "got " + line).diesOf("SEGV");
      Command command = Command.of("bc").stdin(Stdin.pipe()).stdout(Stdout.pipe());
      try (Child child = fake.start(command)) {
        child.stdin().write("hello\n1\n2\n".getBytes(StandardCharsets.UTF_8));
        child.stdin().close();
        assertEquals(List.of("got 1", "got 2"), child.stdoutLines().toList());
        assertEquals(new ExitStatus.Signaled(11, false), child.await());
      }
    }
  }

  @Test
  void shouldAnswerBeforeItsInputIsClosed() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("bc").replies(line -> line + "!");
      Command command = Command.of("bc").stdin(Stdin.pipe()).stdout(Stdout.pipe());
      try (Child child = fake.start(command)) {
        for (String word : List.of("one", "two")) {
          child.stdin().write((word + "\n").getBytes(StandardCharsets.UTF_8));
          child.stdin().flush();
          String answer = new String(child.stdout().readNBytes(5), StandardCharsets.UTF_8);
          assertEquals(word + "!\n", answer);
        }
      }
    }
  }

  @Test
  void shouldTakeTheNextScriptEachTime() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("flaky")
          .failsToStart(StartFailure.RESOURCE_LIMIT)
          .then()
          .exit(1)
          .then()
          .stdout("at last")
          .times(2);
      assertThrows(LaunchException.ResourceLimit.class, () -> fake.run(Command.of("flaky")));
      assertThrows(CommandFailedException.class, () -> fake.run(Command.of("flaky")));
      assertEquals("at last", fake.run(Command.of("flaky")).stdoutText());
      assertEquals("at last", fake.run(Command.of("flaky")).stdoutText());
    }
  }

  @ParameterizedTest
  @EnumSource(StartFailure.class)
  void shouldFailToStartByKind(StartFailure kind) {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("sh").failsToStart(kind);
      LaunchException failure =
          assertThrows(LaunchException.class, () -> fake.run(Command.of("sh")));
      assertEquals(kind.name().replace("_", ""), failure.getClass().getSimpleName().toUpperCase());
      assertTrue(failure.errno() > 0);
    }
  }

  @Test
  void shouldMatchByProgramAndWordsAndLines() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on(Arg.program("git"), Arg.regex("dif+"), Arg.rest()).stdout("1").repeatedly();
      fake.on("git", Arg.any(1, 2)).stdout("2").times(2);
      fake.onLine("echo .*'two words'").stdout("3");
      assertEquals("1", fake.run(Command.of("/usr/bin/git", "diff", "a", "b")).stdoutText());
      assertEquals("1", fake.run(Command.of("git", "diff")).stdoutText());
      assertEquals("2", fake.run(Command.of("git", "log")).stdoutText());
      assertEquals("2", fake.run(Command.of("git", "log", "-1")).stdoutText());
      assertEquals("3", fake.run(Command.of("echo", "-n", "two words")).stdoutText());
      assertThrows(FakeLaunchError.class, () -> fake.run(Command.of("git")));
      assertThrows(FakeLaunchError.class, fake::verify);
      assertThrows(FakeLaunchError.class, fake::close);
    }
  }

  @Test
  void shouldRunFuturesToTheirEndThoughNobodyWaitsInKeelson() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("slow").after(HOUR).stdout("x").repeatedly();
      CompletableFuture<Result> first = fake.runAsync(Command.of("slow"));
      CompletableFuture<Result> second =
          fake.runAsync(Command.of("slow").timeout(HOUR.dividedBy(2)));
      assertEquals("x", first.get(30, TimeUnit.SECONDS).stdoutText());
      assertInstanceOf(
          CommandTimedOutException.class,
          assertThrows(CompletionException.class, second::join).getCause());
    }
  }

  @Test
  void shouldEndAFutureThoughItsProgramIsBlockedAndNobodyWaitsInKeelson() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("stuck")
          .runs(
              self -> {
                end.await();
                return 0;
              });
      CompletableFuture<Result> future = fake.runAsync(Command.of("stuck").timeout(HOUR));
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS));
      assertInstanceOf(CommandTimedOutException.class, e.getCause());
    } finally {
      end.countDown();
    }
  }

  @Test
  void shouldConnectPipelines() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("make").after(HOUR).stdout("a\nb\n").exit(0);
      fake.on("upper").replies(String::toUpperCase).exit(0);
      assertEquals("A\nB\n", fake.run(Command.of("make").pipe(Command.of("upper"))).stdoutText());
    }
  }

  @Test
  void shouldMoveOnlyWhenToldWhereTheClockIsManual() throws Exception {
    try (FakeLauncher fake = FakeLauncher.builder().manualClock().build()) {
      fake.on("slow").after(HOUR).stdout("x").exit(0);
      CompletableFuture<Result> future =
          fake.runAsync(Command.of("slow").timeout(HOUR.plusNanos(1)));
      fake.clock().advance(HOUR.minusNanos(1));
      assertTrue(fake.calls().get(0).status().isEmpty(), "it is too early");
      fake.clock().advance(Duration.ofNanos(1));
      assertEquals(new ExitStatus.Exited(0), fake.calls().get(0).status().orElseThrow());
      assertEquals("x", future.get(30, TimeUnit.SECONDS).stdoutText());
    }
  }

  @Test
  void shouldStandBehindSafeProcessBuilderToo() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict();
        Launcher.Substitution scope = Launcher.override(fake)) {
      fake.on("ls").stdout("mine\n").exit(2);
      Process process = new SafeProcessBuilder("ls").start();
      assertEquals(
          "mine\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(2, process.waitFor());
      fake.on("missing").failsToStart(StartFailure.COMMAND_NOT_FOUND);
      IOException failure =
          assertThrows(IOException.class, () -> new SafeProcessBuilder("missing").start());
      assertTrue(failure.getMessage().contains("error=2"), failure.getMessage());
    }
  }

  @Test
  void shouldTellChildrenFromTheirsAndLeaveOutTheDead() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict();
        Launcher.Substitution scope = Launcher.override(fake)) {
      fake.on("tree")
          .runs(
              self -> {
                FakeProcess dead = self.fork(child -> 0);
                self.waitForChildren();
                FakeProcess parent =
                    self.fork(
                        child -> {
                          child.fork(FakeLauncherTest::hanging);
                          return hanging(child);
                        });
                assertTrue(parent.pid() > dead.pid());
                return hanging(self);
              });
      ProcessHandle tree = new SafeProcessBuilder("tree").start().toHandle();
      Await.within(Duration.ofSeconds(30)).until("all", () -> tree.descendants().count() == 2);
      List<ProcessHandle> children = tree.children().toList();
      assertEquals(1, children.size());
      assertEquals(1, children.get(0).children().count());
      assertEquals(0, children.get(0).children().findFirst().orElseThrow().children().count());
    }
  }

  private static int hanging(FakeProcess process) {
    process.hang();
    return 0;
  }

  @Test
  void shouldCloseTheInputWhenTheOutputCannotBeOpened() throws Exception {
    Path input = Files.createTempFile("input", ".txt").toRealPath();
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("cat").exit(0);
      Command command =
          Command.of("cat").stdin(Stdin.file(input)).stdout(Stdout.file(input.getParent()));
      assertThrows(LaunchException.class, () -> fake.run(command));
      assertFalse(Procs.descriptors(ProcessHandle.current().pid()).containsValue(input.toString()));
    } finally {
      Files.delete(input);
    }
  }

  @Test
  void shouldRefuseToAdvanceBeyondTheEndOfTime() throws Exception {
    Duration centuries = Duration.ofDays(200 * 365);
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.clock().advance(centuries);
      assertThrows(IllegalArgumentException.class, () -> fake.clock().advance(centuries));
      assertEquals(centuries, fake.clock().elapsed());
      fake.clock().advance(HOUR);
      assertEquals(centuries.plus(HOUR), fake.clock().elapsed());
    }
  }

  @Test
  void shouldDoWhatIsDueHoweverMuchTimeHasPassed() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("slow").after(HOUR).exit(0).then().after(HOUR).exit(0);
      for (int years : List.of(40, 252)) { // then what Keelson adds to an instant overflows
        Duration before = fake.clock().elapsed();
        fake.clock().advance(Duration.ofDays(365L * years));
        assertTimeoutPreemptively(LONG, () -> fake.run(Command.of("slow")));
        assertEquals(before.plusDays(365L * years).plus(HOUR), fake.clock().elapsed());
      }
      Duration left = Duration.ofNanos(Long.MAX_VALUE).minus(fake.clock().elapsed());
      assertThrows(IllegalArgumentException.class, () -> fake.clock().advance(left));
      fake.clock().advance(left.minusNanos(1));
    }
  }

  @Test
  void shouldLetRealCommandsThroughInRealTime() throws Exception {
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.passThrough("echo", "real");
      fake.on("fake").after(Duration.ofMillis(20)).stdout("fake").exit(0);
      assertEquals("real\n", fake.run(Command.of("echo", "real")).stdoutText());
      assertEquals("fake", fake.run(Command.of("fake")).stdoutText());
      assertTrue(fake.clock().elapsed().compareTo(Duration.ofMillis(20)) >= 0);
    }
  }

  @Test
  void shouldEndLiveChildrenWhenClosed() throws Exception {
    Child child;
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("server").ignores("TERM").hangs();
      child = fake.start(Command.of("server"));
      assertTrue(child.isAlive());
    }
    assertFalse(child.isAlive());
    child.close();
  }
}
