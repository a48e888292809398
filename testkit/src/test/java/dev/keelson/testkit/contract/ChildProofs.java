/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static dev.keelson.testkit.contract.ContractSuite.program;
import static dev.keelson.testkit.contract.ContractSuite.sh;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Result;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Procs;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Proofs about a child as the system sees it. */
final class ChildProofs {

  private static final int MANY = 60;
  private static final long LONG = TimeUnit.SECONDS.toNanos(30);

  private final ContractSuite suite;

  ChildProofs(ContractSuite suite) {
    this.suite = suite;
  }

  void opensNothingOfOurs() throws Exception {
    Pipe pipe = Pipe.open();
    try (RandomAccessFile file = new RandomAccessFile(suite.dir.resolve("open").toFile(), "rw");
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink()) {
      assertTrue(socket.isBound() && file.length() == 0 && source.isOpen() && sink.isOpen());
      Result result = suite.launcher().run(program(ChildProgram.create().reportDescriptors()));
      assertEquals(
          List.of("0", "1", "2"),
          result.lines().stream().map(line -> line.split(" ")[1]).toList(),
          result.stdoutText());
    }
  }

  void tellsCodesFromSignals() throws Exception {
    for (int signal : taken(1, 9, 13, 15)) {
      assertEquals(
          new ExitStatus.Exited(128 + signal), status(sh("exit " + (128 + signal)).anyExit()));
      assertEquals(
          new ExitStatus.Signaled(signal, false), status(sh("kill -" + signal + " $$").anyExit()));
    }
  }

  void sendsEverySignal() throws Exception {
    for (int signal : taken(1, 2, 3, 10, 12, 14, 15, 9, 34, 64)) {
      try (Child child = suite.launcher().start(sh(ContractSuite.SLEEP))) {
        assertTrue(child.signal(signal));
        child.await();
        assertEquals(128 + signal, code(child));
      }
    }
  }

  /** Those that this JVM was not told to ignore, as by nohup: its children ignore those too. */
  private static int[] taken(int... signals) {
    String mask = Procs.status(ProcessHandle.current().pid(), "SigIgn").orElse("0");
    long ignored = Long.parseUnsignedLong(mask, 16);
    return IntStream.of(signals).filter(signal -> (ignored >>> (signal - 1) & 1) == 0).toArray();
  }

  void leadsASession() throws Exception {
    Result result =
        suite.launcher().run(program(ChildProgram.create().reportPid().reportSession()));
    String pid = result.lines().get(0).substring("pid ".length());
    assertEquals("session " + pid + " group " + pid, result.lines().get(1));
  }

  void hasNoSignalBlocked() throws Exception {
    Result result = suite.launcher().run(program(ChildProgram.create().reportSignals()));
    assertTrue(result.lines().contains("SigBlk: 0000000000000000"), result.stdoutText());
    Result shot = suite.launcher().run(sh("ulimit -c 0; kill -QUIT $$; echo alive").anyExit());
    assertEquals("", shot.stdoutText());
    assertEquals(131, shot.exitCode());
  }

  void tellsWhatItUsed() throws Exception {
    Result result = suite.launcher().run(sh("i=0; while [ $i -lt 50000 ]; do i=$((i + 1)); done"));
    assertTrue(result.cpuTime().isPresent() && !result.cpuTime().get().isZero(), "cpu time");
    assertTrue(result.maxRss().isPresent() && result.maxRss().getAsLong() > 100_000, "memory");
  }

  void showsNoArguments() throws Exception {
    try (Recorder recorder = new Recorder("jdk.ProcessStart")) {
      suite.launcher().run(Command.of("true").secretArg("s3cr3t"));
      recorder
          .events(suite.dir)
          .forEach(event -> assertFalse(event.toString().contains("s3cr3t"), event::toString));
    }
  }

  /** Waits on more virtual threads than there are carriers, and asks for one more. */
  void letsCarriersGo() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "there are no virtual threads here");
    int threads = 4 * Runtime.getRuntime().availableProcessors();
    Path end = suite.dir.resolve("end");
    Command patient = sh("until [ -e \"$0\" ]; do sleep 0.1; done").args(end.toString());
    List<CompletableFuture<Result>> waiting =
        IntStream.range(0, threads)
            .mapToObj(i -> virtually(() -> suite.launcher().run(patient)))
            .toList();
    try {
      Await.soon().until("all run", () -> suite.launcher().children().size() >= threads);
      TimeUnit.MILLISECONDS.sleep(300); // and wait
      virtually(() -> null).get(30, TimeUnit.SECONDS); // else the carriers are occupied
    } finally {
      Files.createFile(end);
    }
    for (CompletableFuture<Result> each : waiting) {
      each.get(30, TimeUnit.SECONDS);
    }
  }

  /** Reads, on as many, what no child says yet. */
  void letsCarriersOfReadersGo() throws Exception {
    int threads = 4 * Runtime.getRuntime().availableProcessors();
    Path word = suite.dir.resolve("word");
    Command silent =
        sh("until [ -e \"$0\" ]; do sleep 0.1; done; echo spoken")
            .args(word.toString())
            .stdout(Stdout.pipe());
    List<Child> children = new ArrayList<>();
    List<CompletableFuture<String>> reading = new ArrayList<>();
    AtomicInteger begun = new AtomicInteger();
    try {
      for (int i = 0; i < threads; i++) {
        Child child = suite.launcher().start(silent);
        children.add(child);
        reading.add(
            virtually(
                () -> {
                  begun.incrementAndGet();
                  return new String(child.stdout().readAllBytes(), UTF_8);
                }));
      }
      Await.soon().until("all read", () -> begun.get() == threads);
      TimeUnit.MILLISECONDS.sleep(300); // and wait
      virtually(() -> null).get(30, TimeUnit.SECONDS); // else the carriers are occupied
      assertTrue(reading.stream().noneMatch(CompletableFuture::isDone), reading::toString);
      Files.createFile(word);
      for (CompletableFuture<String> each : reading) {
        assertEquals("spoken\n", each.get(30, TimeUnit.SECONDS));
      }
    } finally {
      children.forEach(Child::close);
    }
  }

  void occupiesNoThread() throws Exception {
    List<Child> children = new ArrayList<>();
    int before = threads();
    try {
      for (int i = 0; i < MANY; i++) {
        children.add(suite.launcher().start(Command.of("sleep", "120")));
      }
      // Where each child occupies one, the last may not have come to it yet.
      Guarantee guarantee = Guarantee.NO_THREAD_PER_CHILD;
      boolean absent =
          suite.launcher().capabilities().of(guarantee).level() == Capabilities.Level.ABSENT;
      int reapers = reapers();
      for (long end = System.nanoTime() + LONG; absent && reapers < MANY; reapers = reapers()) {
        if (System.nanoTime() - end > 0) {
          break;
        }
        Thread.sleep(10);
      }
      int busy = reapers;
      int more = threads() - before;
      assertTrue(
          busy < MANY && more < MANY,
          () -> more + " threads more, and " + busy + " reap, for " + MANY + " children");
    } finally {
      suite.launcher().close();
    }
  }

  /** The system's count for this JVM, which has threads of other tests' engines, too. */
  private static int threads() {
    return Procs.status(ProcessHandle.current().pid(), "Threads")
        .map(Integer::parseInt)
        .orElseThrow();
  }

  /**
   * Which wait for a child. The JDK keeps idle ones for a minute, of other tests' children, too.
   */
  private static int reapers() {
    return (int)
        Thread.getAllStackTraces().entrySet().stream()
            .filter(each -> each.getKey().getName().startsWith("process reaper"))
            .filter(
                each ->
                    Arrays.stream(each.getValue())
                        .noneMatch(frame -> frame.getMethodName().equals("getTask")))
            .count();
  }

  private ExitStatus status(Command command) throws Exception {
    return suite.launcher().run(command).status();
  }

  private static int code(Child child) throws InterruptedException {
    ExitStatus status = child.await();
    return status instanceof ExitStatus.Signaled signaled ? 128 + signaled.signal() : -1;
  }

  /** On a virtual thread, which JDK 17 does not know. */
  private static <T> CompletableFuture<T> virtually(java.util.concurrent.Callable<T> body) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Runnable task =
        () -> {
          try {
            future.complete(body.call());
          } catch (Exception e) {
            future.completeExceptionally(e);
          }
        };
    try {
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    } catch (ReflectiveOperationException e) {
      future.completeExceptionally(e);
    }
    return future;
  }
}
