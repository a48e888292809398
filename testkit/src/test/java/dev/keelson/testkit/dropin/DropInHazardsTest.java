/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static dev.keelson.testkit.dropin.Scenario.attempt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where our processes are meant to be better than the JDK's, and where they are meant not to
 * differ.
 */
@NoLeaks(withinMillis = 10_000)
@Tag("process")
class DropInHazardsTest {

  /** Something done on a thread that may be stuck. */
  private static FutureTask<String> beside(Scenario.Attempt action) {
    FutureTask<String> task = new FutureTask<>(() -> attempt(action));
    Thread thread = new Thread(task, "beside");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static String outcome(FutureTask<String> task) throws Exception {
    return task.get(20, TimeUnit.SECONDS);
  }

  /** A child that exits at once and leaves a grandchild behind that holds its streams. */
  private static Process withGrandchild(Subject s, String script) throws Exception {
    Process process =
        s.sh(
                "sleep 600 & echo $! >" + s.file("pid") + ".part; mv \"$1\".part \"$1\"; " + script,
                s.file("pid").toString())
            .start();
    Await.soon().until("the grandchild", () -> s.file("pid").toFile().exists());
    s.note(Long.parseLong(Files.readString(s.file("pid")).strip()));
    return process;
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void shouldStillBlockTheChildWhenNobodyReads(Flavour flavour) throws Exception {
    try (Subject s = new Subject(flavour)) {
      Process process = s.sh("head -c 400000 /dev/zero >&2; echo done").start();
      assertFalse(process.waitFor(300, TimeUnit.MILLISECONDS), "the pipe must have filled");
      FutureTask<String> out = beside(() -> Subject.text(process.getInputStream()));
      assertThrows(TimeoutException.class, () -> out.get(200, TimeUnit.MILLISECONDS));
      assertEquals(400_000, process.getErrorStream().readAllBytes().length);
      assertEquals("done\n", outcome(out));
      assertEquals(0, process.waitFor());
    }
  }

  @Test
  void shouldEndAtExitWheneverAReaderWaitsAndAGrandchildHoldsThePipe() throws Exception {
    for (int i = 0; i < 30; i++) {
      try (Subject s = new Subject(Flavour.SAFE)) {
        Process process = s.sh("sleep 30 & echo $! >&2; echo early; exit 3").start();
        assertEquals("early\n", outcome(beside(() -> Subject.text(process.getInputStream()))));
        assertEquals(3, process.waitFor());
        s.note(Long.parseLong(process.errorReader().readLine()));
        assertNull(process.errorReader().readLine());
      }
    }
  }

  @Test
  void shouldKeepWhatWasWrittenBeforeTheExitWhenReadLate() throws Exception {
    for (int i = 0; i < 30; i++) {
      try (Subject s = new Subject(Flavour.SAFE)) {
        Process process = withGrandchild(s, "printf '%4095s' x; printf '%4095s' y >&2; exit 5");
        assertEquals(5, process.waitFor());
        assertEquals(4095, process.getInputStream().available());
        assertEquals(4095, process.getErrorStream().available());
        assertEquals(4095, process.getInputStream().readAllBytes().length);
        assertEquals(0, process.getInputStream().available());
        process.getErrorStream().close();
        assertThrows(IOException.class, () -> process.getErrorStream().read());
      }
    }
  }

  @Test
  void shouldWakeAReaderWhenTheStreamIsClosed() throws Exception {
    try (Subject s = new Subject(Flavour.SAFE)) {
      Process process = s.of("sleep", "600").start();
      FutureTask<String> reader = beside(() -> process.getInputStream().read());
      FutureTask<String> second = beside(() -> process.inputReader().readLine());
      Thread.sleep(100);
      process.getInputStream().close();
      assertEquals("java.io.IOException: Stream closed", outcome(reader));
      assertEquals("java.io.IOException: Stream closed", outcome(second));
      assertTrue(process.isAlive());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SAFE", "SAFE_PORTABLE"})
  void shouldWakeAReaderWhenTheStreamIsClosedAlsoBehindAGrandchild(Flavour flavour)
      throws Exception {
    try (Subject s = new Subject(flavour)) {
      Process process = withGrandchild(s, "exec sleep 600");
      FutureTask<String> reader = beside(() -> process.getInputStream().read());
      Thread.sleep(100);
      process.getInputStream().close();
      assertEquals("java.io.IOException: Stream closed", outcome(reader));
    }
  }

  @Test
  void shouldNotBlockTheReaperWhenAReaderWaitsBehindAGrandchild() throws Exception {
    try (Subject s = new Subject(Flavour.SAFE)) {
      Process process = withGrandchild(s, "sleep 0.2; exit 4");
      FutureTask<String> reader = beside(() -> process.getInputStream().read());
      assertEquals(4, process.waitFor());
      assertEquals("-1", outcome(reader));
      Await.soon().value("no reaper is blocked", this::blockedReapers, List::isEmpty);
    }
  }

  /** Each may be for a moment. */
  private List<Thread> blockedReapers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("reaper"))
        .filter(thread -> thread.getState() == Thread.State.BLOCKED)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"SAFE", "SAFE_PORTABLE"})
  void shouldEndAReaderAtExitWhenAGrandchildHoldsThePipe(Flavour flavour) throws Exception {
    try (Subject s = new Subject(flavour)) {
      Process process = withGrandchild(s, "printf abc; exit 4");
      assertEquals("abc", outcome(beside(() -> Subject.text(process.getInputStream()))));
      assertEquals(4, process.waitFor());
    }
  }

  @Test
  void shouldFailAWriterWhenTheProcessExitsAndAGrandchildHoldsTheInput() throws Exception {
    try (Subject s = new Subject(Flavour.SAFE)) {
      Process process = withGrandchild(s, "head -c 1 >/dev/null; sleep 0.1; exit 4");
      OutputStream stdin = process.getOutputStream();
      String outcome = outcome(beside(() -> write(stdin, 1 << 20)));
      assertEquals("java.io.IOException: Broken pipe", outcome);
      assertEquals(4, process.waitFor());
      assertEquals("java.io.IOException: Stream closed", attempt(() -> write(stdin, 1 << 20)));
    }
  }

  private static Object write(OutputStream out, int count) throws IOException {
    out.write(new byte[count]);
    out.flush();
    return "written";
  }

  @ParameterizedTest
  @EnumSource(names = {"SAFE", "SAFE_PORTABLE"})
  void shouldCloseTheInputInTimeWhenTheChildDoesNotRead(Flavour flavour) throws Exception {
    try (Subject s = new Subject(flavour)) {
      Process process = s.sh("read x <" + fifo(s) + "; wc -c").start();
      int bytes = 65_536 + 1000; // a thousand of them do not fit into the pipe
      process.getOutputStream().write(new byte[65_000]);
      process.getOutputStream().write(new byte[bytes - 65_000]);
      long start = System.nanoTime();
      process.getOutputStream().close();
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20));
      assertTrue(process.isAlive());
      open(s);
      assertEquals(bytes + "", Subject.text(process.getInputStream()).strip());
    }
  }

  private static String fifo(Subject s) throws Exception {
    String path = s.file("fifo").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", path).start().waitFor());
    return path;
  }

  private static void open(Subject s) throws Exception {
    Files.writeString(s.file("fifo"), "go\n");
  }

  /** With the JDK's own pipes destroying closes them, which waits for the writer. */
  @Test
  void shouldNotWaitForAWriterWhenDestroyed() throws Exception {
    try (Subject s = new Subject(Flavour.SAFE)) {
      Process process = s.sh("trap '' TERM; echo deaf; while :; do sleep 0.1; done").start();
      assertEquals("deaf", process.inputReader().readLine());
      FutureTask<String> writer = beside(() -> write(process.getOutputStream(), 1 << 20));
      Thread.sleep(100);
      assertEquals("fine", outcome(beside(() -> destroy(process))));
      assertTrue(process.isAlive());
      process.destroyForcibly();
      assertTrue(outcome(writer).startsWith("java.io.IOException: "), "woken");
    }
  }

  private static Object destroy(Process process) {
    process.destroy();
    return null;
  }

  @Test
  void shouldCompleteOnExitWhenTheCommonPoolIsBusy() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<CompletableFuture<Void>> busy = new ArrayList<>();
    try (Subject s = new Subject(Flavour.SAFE)) {
      for (int i = 0; i < 2 * ForkJoinPool.commonPool().getParallelism() + 2; i++) {
        busy.add(
            CompletableFuture.runAsync(() -> awaitQuietly(release), ForkJoinPool.commonPool()));
      }
      Process process = s.sh("printf abc; exit 3").start();
      List<String> threads = new ArrayList<>();
      CompletableFuture<Integer> code =
          process
              .onExit()
              .thenApply(
                  ended -> {
                    threads.add(Thread.currentThread().getName());
                    return ended.exitValue() + available(ended);
                  });
      assertEquals(6, code.get(10, TimeUnit.SECONDS));
      assertSame(process, process.onExit().get(10, TimeUnit.SECONDS));
      assertTrue(
          threads.get(0).startsWith("keelson-worker") || threads.get(0).equals("main"),
          () -> "a dependent ran on " + threads);
    } finally {
      release.countDown();
      CompletableFuture.allOf(busy.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    }
  }

  private static int available(Process process) {
    try {
      return process.getInputStream().available();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SAFE", "SAFE_PORTABLE"})
  void shouldGiveDescriptorsBackWhenNobodyClosesTheStreams(Flavour flavour) throws Exception {
    int before = descriptors();
    try (Subject s = new Subject(flavour)) {
      for (int i = 0; i < 40; i++) {
        s.sh("echo out; echo err >&2").start(); // nobody reads, waits or keeps a reference
      }
      // Some pipes are pooled for a while.
      Await.soon().until("few descriptors", () -> descriptors() < before + 20);
    }
  }

  private static int descriptors() {
    return Procs.descriptors(ProcessHandle.current().pid()).size();
  }

  @Test
  void shouldTellTheSameInEveryThreadWhenManyWait() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (Subject s = new Subject(Flavour.SAFE)) {
        Process process = s.sh("read x; printf '%4095s' x; exit 5").start();
        List<FutureTask<String>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          waiters.add(beside(() -> process.waitFor() + " " + process.getInputStream().available()));
          waiters.add(beside(() -> poll(process) + " " + process.getInputStream().available()));
        }
        process.getOutputStream().close();
        for (FutureTask<String> waiter : waiters) {
          assertEquals("5 4095", outcome(waiter));
        }
      }
    }
  }

  private static int poll(Process process) {
    while (process.isAlive()) {
      Thread.onSpinWait();
    }
    return process.exitValue();
  }

  @Test
  void shouldStartWhenTheThreadIsInterrupted() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Subject s = new Subject(Flavour.SAFE)) {
        Thread.currentThread().interrupt();
        Process process = s.of("echo", "x").start();
        InputStream in = process.getInputStream();
        String text = new String(in.readAllBytes(), UTF_8);
        assertTrue(Thread.interrupted());
        assertEquals("x\n", text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SAFE", "SAFE_PORTABLE"})
  void shouldLeaveNothingWhenAPipelineFails(Flavour flavour) throws Exception {
    List<Long> before = childPids(); // such as the watchdog's
    for (int i = 0; i < 10; i++) {
      try (Subject s = new Subject(flavour)) {
        List<AnyBuilder> builders =
            List.of(s.of("sleep", "600"), s.of("sleep", "600"), s.of("no-such-program"));
        assertThrows(IOException.class, () -> s.pipeline(builders));
        List<Long> more = new ArrayList<>(childPids());
        more.removeAll(before);
        assertEquals(List.of(), more);
      }
    }
  }

  private static List<Long> childPids() {
    return Procs.children(ProcessHandle.current().pid()).stream().map(ProcInfo::pid).toList();
  }
}
