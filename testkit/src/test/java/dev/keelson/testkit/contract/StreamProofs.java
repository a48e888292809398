/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Drain;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Proofs about the streams of a child. */
final class StreamProofs {

  /** More than a pipe holds. */
  private static final int MUCH = 1 << 20;

  private final ContractSuite suite;

  StreamProofs(ContractSuite suite) {
    this.suite = suite;
  }

  void wakeTheirReaders() throws Exception {
    Command cat = Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe());
    try (Child child = suite.launcher().start(cat)) {
      InputStream out = child.stdout();
      Parked interrupted = new Parked("read", out::read);
      interrupted.thread.interrupt();
      assertInstanceOf(InterruptedIOException.class, interrupted.outcome.get(10, TimeUnit.SECONDS));
      assertTrue(child.isAlive());

      child.stdin().write("kept\n".getBytes(UTF_8));
      child.stdin().flush();
      assertEquals("kept\n", new String(out.readNBytes(5), UTF_8), "something was lost");

      Parked closed = new Parked("read", out::read);
      out.close();
      assertInstanceOf(IOException.class, closed.outcome.get(10, TimeUnit.SECONDS));
      assertTrue(child.isAlive());
    }
  }

  void wakeTheirWriters() throws Exception {
    Path gate = suite.dir.resolve("gate");
    Command late =
        ContractSuite.sh("until [ -e \"$0\" ]; do sleep 0.1; done; wc -c")
            .args(gate.toString())
            .stdin(Stdin.pipe());
    try (Child child = suite.launcher().start(late)) {
      OutputStream in = child.stdin();
      Parked interrupted = new Parked("write", () -> writeMuch(in));
      interrupted.thread.interrupt();
      InterruptedIOException failure =
          assertInstanceOf(
              InterruptedIOException.class, interrupted.outcome.get(10, TimeUnit.SECONDS));
      assertTrue(failure.bytesTransferred > 0, "what fits was not written");
      assertTrue(child.isAlive());

      // It is still open, and still full.
      Parked closed = new Parked("write", () -> writeMuch(in));
      assertFalse(closed.outcome.isDone(), () -> "not parked: " + closed.outcome);
      in.close();
      Object outcome = closed.outcome.get(10, TimeUnit.SECONDS);
      assertInstanceOf(IOException.class, outcome);
      assertFalse(outcome instanceof InterruptedIOException, outcome::toString);
      assertTrue(child.isAlive());

      Files.createFile(gate);
      assertEquals("" + failure.bytesTransferred, child.result().stdoutTrimmed());
    }
  }

  private static Object writeMuch(OutputStream in) throws IOException {
    in.write(new byte[MUCH]);
    return "written";
  }

  void obeyTheDrain() throws Exception {
    Command late = ContractSuite.sh("echo early; (sleep 0.3; echo late) &");
    for (int i = 0; i < 3; i++) {
      Result whole = suite.launcher().run(late.drain(Drain.untilEof()));
      assertEquals("early\nlate\n", whole.stdoutText());
      assertFalse(whole.outputIncomplete());
    }
    Path pid = suite.dir.resolve("held-by");
    Command held = ContractSuite.sh("sleep 40 & echo $! >\"$0\"; echo early").args(pid.toString());
    for (Drain drain : new Drain[] {Drain.untilExit(), Drain.graceful(Duration.ofMillis(100))}) {
      Result cut = suite.launcher().run(held.drain(drain));
      suite.noteFrom(pid);
      assertEquals("early\n", cut.stdoutText(), drain.toString());
      assertTrue(cut.outputIncomplete(), drain.toString());
    }
  }

  /**
   * Uses a stream on a thread of its own. When this exists, the stream has found that there is
   * nothing, or no room, and waits: both engines' ends do so in a method of one name.
   */
  private static final class Parked {
    final CompletableFuture<Object> outcome = new CompletableFuture<>();
    final Thread thread;

    Parked(String method, Callable<Object> use) throws InterruptedException {
      thread =
          new Thread(
              () -> {
                try {
                  outcome.complete(use.call());
                } catch (Exception e) {
                  outcome.complete(e);
                }
              },
              "contract-" + method);
      thread.setDaemon(true);
      thread.start();
      Await.soon()
          .until(
              "the " + method + " waits",
              () ->
                  Arrays.stream(thread.getStackTrace())
                      .anyMatch(frame -> frame.getMethodName().equals("await")));
    }
  }
}
