/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandCancelledException;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.LaunchListener;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A run that nobody waits for, and the handle to stop it. */
abstract class FutureContract extends ContractSuite {

  @Test
  void shouldGiveTheResult() throws Exception {
    CompletableFuture<Result> future = launcher().runAsync(sh("echo x"));

    assertEquals("x\n", future.get(10, TimeUnit.SECONDS).stdoutText());
  }

  @Test
  void shouldShowTheSameExceptionsInTheUsualWrappers() {
    CompletableFuture<Result> future = launcher().runAsync(sh("exit 3"));

    assertInstanceOf(
        CommandFailedException.class,
        assertThrows(CompletionException.class, future::join).getCause());
    assertInstanceOf(
        CommandFailedException.class,
        assertThrows(ExecutionException.class, future::get).getCause());
  }

  @Test
  void shouldFailRatherThanThrowWhenItCannotStart() {
    CompletableFuture<Result> future = launcher().runAsync(Command.of("no-such-program-here"));

    assertInstanceOf(
        LaunchException.CommandNotFound.class,
        assertThrows(CompletionException.class, future::join).getCause());
  }

  @Test
  void shouldTimeOutByItself() {
    CompletableFuture<Result> future =
        launcher().runAsync(sh(SLEEP).timeout(Duration.ofMillis(200)));

    assertInstanceOf(
        CommandTimedOutException.class,
        assertThrows(CompletionException.class, future::join).getCause());
  }

  @Test
  void shouldEndTheTreeWhenCancelled() throws Exception {
    CompletableFuture<Result> future = endedBy(run -> assertTrue(run.cancel(true)));

    assertTrue(future.isCancelled());
    assertThrows(CancellationException.class, future::join);
  }

  @Test
  void shouldEndTheTreeWhenCompletedByOthers() throws Exception {
    Result other = Result.builder().stdout("other").build();
    assertEquals("other", endedBy(run -> assertTrue(run.complete(other))).join().stdoutText());
  }

  @Test
  void shouldEndTheTreeWhenFailedByOthers() throws Exception {
    IllegalStateException other = new IllegalStateException();
    CompletableFuture<Result> future = endedBy(run -> assertTrue(run.completeExceptionally(other)));

    assertEquals(other, assertThrows(CompletionException.class, future::join).getCause());
  }

  @Test
  void shouldEndTheTreeWhenItsOwnTimeoutPasses() throws Exception {
    CompletableFuture<Result> future = endedBy(run -> run.orTimeout(10, TimeUnit.MILLISECONDS));
    assertInstanceOf(
        TimeoutException.class, assertThrows(CompletionException.class, future::join).getCause());

    Result late = Result.builder().stdout("late").build();
    assertEquals(
        "late",
        endedBy(run -> run.completeOnTimeout(late, 10, TimeUnit.MILLISECONDS)).join().stdoutText());
  }

  @Test
  void shouldLeaveTheTreeAloneWhenADerivedFutureIsCancelled() throws Exception {
    CompletableFuture<Result> future = launcher().runAsync(sh("sleep 0.3; echo done"));

    assertTrue(future.thenApply(Result::stdoutText).cancel(true));

    assertEquals("done\n", future.get(10, TimeUnit.SECONDS).stdoutText());
  }

  @Test
  void shouldCompleteOnTheLaunchersExecutor() throws Exception {
    AtomicInteger used = new AtomicInteger();
    Launcher own =
        launcher(
            builder()
                .executor(
                    task -> {
                      used.incrementAndGet();
                      task.run();
                    }));

    own.runAsync(sh("echo x")).get(10, TimeUnit.SECONDS);

    assertEquals(1, used.get());
  }

  @Test
  void shouldCompleteThoughTheExecutorRejects() throws Exception {
    Launcher own =
        launcher(
            builder()
                .executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));

    assertEquals("x\n", own.runAsync(sh("echo x")).get(10, TimeUnit.SECONDS).stdoutText());
    assertEquals("y\n", own.run(sh("echo y")).stdoutText());
  }

  @Test
  void shouldFailWhenTheLauncherIsClosed() throws Exception {
    Path pid = dir.resolve("pid");
    Launcher own = launcher(builder());
    CompletableFuture<Result> future =
        own.runAsync(sh("echo $$ >\"$0\"; " + SLEEP).args(pid.toString()));
    noteFrom(pid);

    own.close();

    assertInstanceOf(
        CommandCancelledException.class,
        assertThrows(CompletionException.class, future::join).getCause());
  }

  @Test
  void shouldNotStartWhatWasCancelledBeforeItsTurn() throws Exception {
    Path marker = dir.resolve("marker");
    Path gate = dir.resolve("gate");
    Launcher narrow = launcher(builder().maxConcurrent(1));
    CompletableFuture<Result> first =
        narrow.runAsync(sh("until [ -e \"$0\" ]; do sleep 0.05; done").args(gate.toString()));
    CompletableFuture<Result> second = narrow.runAsync(sh(": >\"$0\"").args(marker.toString()));

    assertTrue(second.cancel(true));
    Files.createFile(gate);
    first.get(10, TimeUnit.SECONDS);

    assertEquals("x\n", narrow.run(sh("echo x")).stdoutText());
    assertTrue(Files.notExists(marker), "it was started all the same");
  }

  @Test
  void shouldNotStartAPipelineThatWasCancelledBeforeItsTurn() throws Exception {
    Command probe = sh("exit 0").timeout(Duration.ofMillis(150));
    List<Command> started = new CopyOnWriteArrayList<>();
    LaunchListener listener =
        new LaunchListener() {
          @Override
          public void started(Child child) {
            if (!child.command().equals(probe)) {
              started.add(child.command());
            }
          }
        };
    Path gate = dir.resolve("gate");
    Launcher narrow = launcher(builder().maxConcurrent(2).listener(listener));
    Command holder = sh("until [ -e \"$0\" ]; do sleep 0.05; done").args(gate.toString());
    Command next = sh("echo x");
    CompletableFuture<Result> first = narrow.runAsync(holder);
    CompletableFuture<Result> second = narrow.runAsync(sh("echo a").pipe(Command.of("cat")));
    Await.soon().until("it waits for its places", () -> isKeptWaiting(narrow, probe));

    assertTrue(second.cancel(true));
    Files.createFile(gate);
    first.get(10, TimeUnit.SECONDS);

    assertEquals("x\n", narrow.run(next).stdoutText());
    Await.soon().until("both starts are told", () -> started.containsAll(List.of(holder, next)));
    assertEquals(Set.of(holder, next), Set.copyOf(started), "it was started all the same");
    assertEquals("y\n", narrow.run(sh("echo y").pipe(Command.of("cat"))).stdoutText());
  }

  /** Whoever comes after a pipeline that waits does so, though a place is free. */
  private static boolean isKeptWaiting(Launcher launcher, Command probe) throws Exception {
    try {
      launcher.run(probe);
      return false;
    } catch (CommandTimedOutException e) {
      return e.getMessage().contains("maxConcurrent");
    }
  }

  private CompletableFuture<Result> endedBy(Consumer<CompletableFuture<Result>> end)
      throws InterruptedException {
    Path pid = dir.resolve("pid" + System.nanoTime());
    CompletableFuture<Result> future =
        launcher().runAsync(sh("echo $$ >\"$0\"; " + SLEEP).args(pid.toString()));
    ProcInfo child = noteFrom(pid);
    end.accept(future);
    awaitGone(child);
    assertTrue(!Procs.isAlive(child) && future.isDone());
    return future;
  }
}
