/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.OutputLimitException;
import dev.keelson.process.Pipeline;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ProcInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Commands that read what the one before them writes. */
abstract class PipelineContract extends ContractSuite {

  @Test
  void shouldConnectItsMembers() throws Exception {
    byte[] input = new byte[300_000];
    Pipeline pipeline =
        Command.of("cat").stdin(Stdin.bytes(input)).pipe(Command.of("cat")).pipe(sh("wc -c"));

    Result result = launcher().run(pipeline);

    assertEquals("300000", result.stdoutTrimmed());
    assertEquals(3, result.results().size());
    assertEquals(result.stdoutText(), result.results().get(2).stdoutText());
  }

  @Test
  void shouldGiveTheResultsOfAllMembers() throws Exception {
    Pipeline pipeline =
        sh("echo a >&2; exit 1")
            .anyExit()
            .pipe(sh("echo b >&2; exit 2").expectExit(2))
            .pipe(sh("echo c >&2"));

    List<Result> results = launcher().run(pipeline).results();

    assertEquals(List.of(1, 2, 0), results.stream().map(Result::exitCode).toList());
    assertEquals(List.of("a\n", "b\n", "c\n"), results.stream().map(Result::stderrText).toList());
  }

  @Test
  void shouldFailWithTheLastMemberThatFailed() {
    Pipeline pipeline = sh("exit 3").pipe(sh("cat; exit 4")).pipe(sh("cat"));

    CommandFailedException failure =
        assertThrows(CommandFailedException.class, () -> launcher().run(pipeline));

    assertEquals(4, failure.result().exitCode());
    assertTrue(failure.getMessage().contains("exit 4"), failure.getMessage());
  }

  @Test
  void shouldTolerateAMemberThatNobodyReadsToItsEnd() throws Exception {
    Result result = launcher().run(Command.of("yes").pipe(sh("head -n 2")).timeout(SOON));

    assertEquals("y\ny\n", result.stdoutText());
    assertEquals(141, result.results().get(0).exitCode());
  }

  @Test
  void shouldNotTolerateTheSameOfTheLastMember() {
    Pipeline pipeline = sh("echo x").pipe(sh("kill -PIPE $$"));

    assertThrows(CommandFailedException.class, () -> launcher().run(pipeline));
  }

  @Test
  void shouldEndAllMembersWhenTheOneDeadlinePasses() throws Exception {
    List<String> members = List.of();
    for (long millis = 600; members.size() < 3 && millis < 10_000; millis *= 4) {
      Path pids = Files.createFile(dir.resolve("pids" + millis));
      Command member = sh("echo $$ >>\"$0\"; " + SLEEP).args(pids.toString());
      Pipeline pipeline = member.pipe(member.timeout(Duration.ofMillis(millis))).pipe(member);
      long start = System.nanoTime();
      assertThrows(CommandTimedOutException.class, () -> launcher().run(pipeline));
      assertWithin(SOON, start);
      members = Files.readAllLines(pids); // fewer where a busy machine did not get that far
      for (String pid : members) {
        awaitDead(Long.parseLong(pid));
      }
    }
    assertEquals(3, members.size());
  }

  @Test
  void shouldKeepTheLaunchersDefaultForAMemberThatSetNone() {
    Launcher hasty = launcher(builder().defaultTimeout(Duration.ofMillis(300)));
    Pipeline pipeline = sh(SLEEP).timeout(Duration.ofHours(1)).pipe(sh(SLEEP));
    long start = System.nanoTime();

    assertThrows(CommandTimedOutException.class, () -> hasty.run(pipeline));
    assertThrows(CommandTimedOutException.class, () -> hasty.run(sh(SLEEP).pipe(sh(SLEEP))));

    assertWithin(SOON, start);
  }

  @Test
  void shouldPutItsOwnTimeoutInPlaceOfTheLaunchersDefault() throws Exception {
    Launcher hasty = launcher(builder().defaultTimeout(Duration.ofMillis(300)));
    Command late = Command.of("sleep", "1");
    Command cat = Command.of("cat");

    assertEquals(0, hasty.run(late.pipe(cat).timeout(SOON)).exitCode());
    assertEquals(0, hasty.run(late.noTimeout().pipe(cat.noTimeout())).exitCode());
  }

  @Test
  void shouldEndAllMembersWhenOneIsOverItsLimit() {
    Pipeline pipeline = Command.of("yes").pipe(Command.of("cat").maxOutput(100));

    OutputLimitException failure =
        assertThrows(OutputLimitException.class, () -> launcher().run(pipeline));
    assertEquals(100, failure.result().stdout().length);
  }

  @Test
  void shouldLeaveNothingWhenAMiddleMemberCannotStart() throws Exception {
    Path pid = dir.resolve("pid");
    Pipeline pipeline =
        sh("echo $$ >\"$0\"; " + SLEEP)
            .args(pid.toString())
            .pipe(Command.of("no-such-program-here"))
            .pipe(Command.of("cat"));
    long start = System.nanoTime();

    assertThrows(LaunchException.CommandNotFound.class, () -> launcher().run(pipeline));

    assertWithin(SOON, start);
    Await.soon().until("they are forgotten", () -> launcher().children().isEmpty());
  }

  @Test
  void shouldEndAllMembersWhenInterrupted() throws Exception {
    Path pid = dir.resolve("pid");
    Pipeline pipeline = sh("echo $$ >\"$0\"; " + SLEEP).args(pid.toString()).pipe(sh(SLEEP));
    Thread test = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                awaitFile(pid);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              } finally {
                test.interrupt();
              }
            });
    interrupter.start();

    assertThrows(InterruptedException.class, () -> launcher().run(pipeline));

    interrupter.join();
    Await.soon().until("they are forgotten", () -> launcher().children().isEmpty());
  }

  @Test
  void shouldRunWithoutAnybodyWaiting() throws Exception {
    Pipeline pipeline = sh("echo x").pipe(sh("tr x y"));
    assertEquals("y\n", launcher().runAsync(pipeline).get(10, TimeUnit.SECONDS).stdoutText());

    Path pid = dir.resolve("pid");
    CompletableFuture<Result> cancelled =
        launcher().runAsync(sh("echo $$ >\"$0\"; " + SLEEP).args(pid.toString()).pipe(sh(SLEEP)));
    ProcInfo first = noteFrom(pid);
    assertTrue(cancelled.cancel(true));
    awaitGone(first);

    assertInstanceOf(
        CommandFailedException.class,
        assertThrows(
                CompletionException.class,
                () -> launcher().runAsync(sh("exit 1").pipe(sh("cat"))).join())
            .getCause());
  }

  @Test
  void shouldTakeTheirPlacesTogetherWhereTheyAreFew() throws Exception {
    Launcher narrow = launcher(builder().maxConcurrent(2));
    Pipeline pipeline = Command.of("yes").pipe(sh("head -n 1")).timeout(SOON);

    List<CompletableFuture<Result>> all =
        List.of(narrow.runAsync(pipeline), narrow.runAsync(pipeline), narrow.runAsync(pipeline));

    for (CompletableFuture<Result> each : all) {
      assertEquals("y\n", each.get(20, TimeUnit.SECONDS).stdoutText());
    }
  }

  @Test
  void shouldRefuseAPipelineThatCanNeverHaveAllItsPlaces() {
    Launcher narrow = launcher(builder().maxConcurrent(1));
    Pipeline pipeline = sh("echo x").pipe(sh("cat")).timeout(Duration.ofSeconds(2));

    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> narrow.run(pipeline));

    assertTrue(failure.getMessage().contains("maxConcurrent"), failure.getMessage());
  }
}
