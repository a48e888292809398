/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hazards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Capabilities.Level;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Drain;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Guarantee;
import dev.keelson.process.OutputLimitException;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Hazards of pipes: who fills them, who holds them, who waits for them. */
class PipeHazardsTest extends HazardSuite {

  @Test
  void h01ShouldNotDeadlockWhenOneOutputFillsUp() throws Exception {
    String script = "head -c 200000 /dev/zero >&2; echo done";

    Result result = launcher().run(sh(script).timeout(SOON));

    assertEquals("done\n", result.stdoutText());
    assertEquals(200_000, result.stderr().length);
    record(
        "H1",
        Duration.ofMillis(500),
        () -> {
          Process process = plainSh(script).start();
          return "read " + new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        });
  }

  @Test
  void h02ShouldKeepItsDeadlineWhenAGrandchildHoldsThePipe() throws Exception {
    long start = System.nanoTime();
    Command command = sh("sleep 40 & echo $! >\"$0\"; echo x").args(dir.resolve("pid").toString());

    Result result = launcher().run(command.drain(Drain.graceful(Duration.ofMillis(200))));
    assertEquals("x\n", result.stdoutText());
    assertTrue(result.outputIncomplete());
    noteFrom(dir.resolve("pid"));
    CommandTimedOutException late;
    int millis = 300;
    do { // again with more time if the child itself had not ended by then
      Command limited = command.drain(Drain.untilEof()).timeout(Duration.ofMillis(millis));
      late = assertThrows(CommandTimedOutException.class, () -> launcher().run(limited));
      millis *= 4;
    } while (!late.result().status().equals(new ExitStatus.Exited(0)) && millis < 6_000);
    noteFrom(dir.resolve("pid"));
    assertWithin(SOON, start);
    record(
        "H2",
        Duration.ofMillis(800),
        () -> {
          Process process = plainSh("sleep 40 & echo x").start();
          return "read to the end: "
              + new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        });
  }

  @Test
  void h03ShouldKeepLateOutputAndItsWriter() throws Exception {
    String script = "echo early; (sleep 0.3; echo late; echo rc=$? >&2) &";

    Result result = launcher().run(sh(script));
    for (int i = 0; i < 2 && result.outputIncomplete(); i++) { // as if the machine stood still
      result = launcher().run(sh(script));
    }

    assertEquals("early\nlate\n", result.stdoutText());
    assertEquals("rc=0\n", result.stderrText());
    record(
        "H3",
        Duration.ofSeconds(2),
        () -> {
          Process process = plainSh(script).start();
          process.waitFor();
          return "after waitFor: "
              + new String(process.getInputStream().readAllBytes(), UTF_8).replace('\n', ' ');
        });
  }

  @Test
  void h04ShouldWakeAReaderByInterruptAndByClose() throws Exception {
    Assumptions.assumeTrue(
        launcher().capabilities().of(Guarantee.WAKEABLE_STREAMS).level() == Level.KEPT);
    try (Child child = launcher().start(Command.of("sleep", "40").stdout(Stdout.pipe()))) {
      CompletableFuture<Object> read = new CompletableFuture<>();
      Thread reader = reader(child.stdout(), read);
      TimeUnit.MILLISECONDS.sleep(100);
      reader.interrupt();
      assertInstanceOf(IOException.class, read.get(10, TimeUnit.SECONDS));

      CompletableFuture<Object> again = new CompletableFuture<>();
      reader(child.stdout(), again);
      TimeUnit.MILLISECONDS.sleep(100);
      child.stdout().close();
      assertInstanceOf(IOException.class, again.get(10, TimeUnit.SECONDS));
    }
    record("H4", Duration.ofSeconds(2), this::wakePlainReader);
  }

  private String wakePlainReader() throws Exception {
    Process process = plain("sleep", "40").start();
    CompletableFuture<Object> read = new CompletableFuture<>();
    Thread reader = reader(process.getInputStream(), read);
    TimeUnit.MILLISECONDS.sleep(100);
    reader.interrupt();
    TimeUnit.MILLISECONDS.sleep(200);
    boolean byInterrupt = read.isDone();
    process.getInputStream().close();
    TimeUnit.MILLISECONDS.sleep(200);
    return "woken by interrupt: " + byInterrupt + ", by close: " + read.isDone();
  }

  private static Thread reader(InputStream in, CompletableFuture<Object> outcome) {
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome.complete(in.read());
              } catch (IOException | RuntimeException e) {
                outcome.complete(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void h05ShouldNotReportThatTheChildDidNotReadItsInput() throws Exception {
    byte[] mebibyte = new byte[1 << 20];

    assertEquals(0, launcher().run(Command.of("true").stdin(Stdin.bytes(mebibyte))).exitCode());
    record(
        "H5",
        SOON,
        () -> {
          Process process = plain("true").start();
          try (OutputStream in = process.getOutputStream()) {
            in.write(mebibyte);
          }
          return "no failure";
        });
  }

  @Test
  void h06ShouldShowTheEndOfInputWhenNothingIsSaid() throws Exception {
    long start = System.nanoTime();

    assertEquals("", launcher().run(Command.of("cat")).stdoutText());

    assertWithin(SOON, start);
    record(
        "H6",
        Duration.ofMillis(500),
        () -> "cat ended: " + plain("cat").start().waitFor(300, TimeUnit.MILLISECONDS));
  }

  @Test
  void h10ShouldDrainHoweverSmallThePipesAre() throws Exception {
    // F_SETPIPE_SZ, which is what the kernel does to all pipes of a user who has many.
    String script =
        "perl -e 'fcntl($_, 1031, 4096) for (STDOUT, STDERR);"
            + " syswrite(STDERR, \"e\" x 20000); syswrite(STDOUT, \"o\" x 20000)'";

    Result result = launcher().run(sh(script).timeout(SOON));

    assertEquals(20_000, result.stdout().length);
    assertEquals(20_000, result.stderr().length);
    record(
        "H10",
        Duration.ofMillis(800),
        () ->
            "20000 bytes fit and the child ended: "
                + plainSh(script).start().waitFor(500, TimeUnit.MILLISECONDS));
  }

  @Test
  void h12ShouldBoundWhatItKeepsWhenAChildNeverStops() throws Exception {
    OutputLimitException failure =
        assertThrows(OutputLimitException.class, () -> launcher().run(Command.of("yes")));

    assertEquals(16 << 20, failure.result().stdout().length);
    assertFalse(failure.result().teardown().orElseThrow().ended().isEmpty());
    assertFalse(
        Procs.children(ProcessHandle.current().pid()).stream()
            .anyMatch(child -> child.name().equals("yes")));
    // readAllBytes() of the same ends with the heap; that is not tried here.
  }
}
