/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An interrupt ends what it interrupts, and nobody swallows it. */
abstract class InterruptContract extends ContractSuite {

  @Test
  void shouldEndTheTreeAndSaySo() throws Exception {
    Path pid = dir.resolve("pid");
    Path grand = dir.resolve("grand");
    Task<Object> run =
        new Task<>(
            () ->
                launcher()
                    .run(
                        sh("setsid sleep 40 & echo $! >\"$1\"; echo $$ >\"$0\"; " + SLEEP)
                            .args(pid.toString(), grand.toString())));
    ProcInfo child = noteFrom(pid);
    ProcInfo grandchild = noteFrom(grand);

    run.thread.interrupt();

    assertInstanceOf(InterruptedException.class, run.failure());
    awaitDead(child);
    awaitDead(grandchild);
  }

  @Test
  void shouldNotBeLostWhenItCameBeforeTheRun() {
    Thread.currentThread().interrupt();

    assertThrows(InterruptedException.class, () -> launcher().run(sh(SLEEP)));
    assertFalse(Thread.interrupted(), "thrown and still set");
  }

  @Test
  void shouldSkipTheGraceWhenItComesAgain() throws Exception {
    Path pid = dir.resolve("pid");
    Path asked = dir.resolve("asked");
    Command command =
        sh("trap ': >\"$1\"' TERM; echo $$ >\"$0\"; while :; do sleep 0.05; done")
            .args(pid.toString(), asked.toString())
            .grace(Duration.ofSeconds(50));
    Task<Object> run = new Task<>(() -> launcher().run(command));
    ProcInfo child = noteFrom(pid);

    run.thread.interrupt();
    awaitFile(asked);
    assertTrue(Procs.isAlive(child), "it was not given its grace");
    long again = System.nanoTime();
    run.thread.interrupt();

    assertInstanceOf(InterruptedException.class, run.failure());
    assertWithin(SOON, again);
    awaitDead(child);
  }

  @Test
  void shouldEndTheWaitingForAResultAndNotTheChild() throws Exception {
    try (Child child = launcher().start(sh("read -r line; echo got $line").stdin(pipe()))) {
      for (Callable<Object> wait :
          java.util.List.<Callable<Object>>of(
              child::result, child::await, () -> child.await(Duration.ofSeconds(40)))) {
        Task<Object> waiter = new Task<>(wait);
        waiter.awaitParked();
        waiter.thread.interrupt();
        assertInstanceOf(InterruptedException.class, waiter.failure());
        assertTrue(child.isAlive());
      }

      child.stdin().write("it\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      child.stdin().close();
      assertEquals("got it\n", child.result().stdoutText());
    }
  }

  @Test
  void shouldSkipTheGraceOfACloseAndBeKept() throws Exception {
    Path ready = dir.resolve("ready");
    Child child =
        launcher()
            .start(
                sh("trap '' TERM; : >\"$0\"; while :; do sleep 0.05; done")
                    .args(ready.toString())
                    .grace(Duration.ofSeconds(50)));
    awaitFile(ready);
    long start = System.nanoTime();

    Thread.currentThread().interrupt();
    child.close();

    assertTrue(Thread.interrupted(), "the interrupt was swallowed");
    assertWithin(SOON, start);
    assertFalse(child.isAlive());
  }

  @Test
  void shouldGiveUpTheWaitForAPlaceWithoutLosingTheTurnOfOthers() throws Exception {
    Launcher narrow = launcher(builder().maxConcurrent(1));
    try (Child first = narrow.start(sh(SLEEP))) {
      Task<Object> second = new Task<>(() -> narrow.run(sh("echo second")));
      second.awaitParked();
      Task<Object> third = new Task<>(() -> narrow.run(sh("echo third")));
      third.awaitParked();

      second.thread.interrupt();
      assertInstanceOf(InterruptedException.class, second.failure());
      first.close();
      third.get();
    }
  }

  private static dev.keelson.process.Stdin pipe() {
    return dev.keelson.process.Stdin.pipe();
  }

  /** Something that runs beside the test. */
  private static final class Task<T> {
    private final FutureTask<T> future;
    final Thread thread;

    Task(Callable<T> body) {
      future = new FutureTask<>(body);
      thread = new Thread(future, "contract-task");
      thread.setDaemon(true);
      thread.start();
    }

    /**
     * Until it is likely to wait for what it was made for. It may be on its way there: an interrupt
     * that comes too early has to end the wait as well, so that nothing depends on it.
     */
    void awaitParked() throws InterruptedException {
      dev.keelson.testkit.Await.soon()
          .value(
              "a parked thread",
              thread::getState,
              state -> state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
    }

    T get() throws Exception {
      return future.get(20, TimeUnit.SECONDS);
    }

    /** What it threw. */
    Throwable failure() throws InterruptedException {
      java.util.concurrent.ExecutionException failure =
          assertThrows(java.util.concurrent.ExecutionException.class, this::get);
      thread.join();
      return failure.getCause();
    }
  }
}
