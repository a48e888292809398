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
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Proofs about the streams of a child. */
final class StreamProofs {

  private final ContractSuite suite;

  StreamProofs(ContractSuite suite) {
    this.suite = suite;
  }

  void wakeTheirReaders() throws Exception {
    Command cat = Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe());
    try (Child child = suite.launcher().start(cat)) {
      InputStream out = child.stdout();
      Reader interrupted = new Reader(out);
      interrupted.thread.interrupt();
      assertInstanceOf(InterruptedIOException.class, interrupted.outcome.get(10, TimeUnit.SECONDS));
      assertTrue(child.isAlive());

      child.stdin().write("kept\n".getBytes(UTF_8));
      child.stdin().flush();
      assertEquals("kept\n", new String(out.readNBytes(5), UTF_8), "something was lost");

      Reader closed = new Reader(out);
      out.close();
      assertInstanceOf(IOException.class, closed.outcome.get(10, TimeUnit.SECONDS));
      assertTrue(child.isAlive());
    }
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

  /** Reads one byte on a thread of its own, which is parked in the read when this exists. */
  private static final class Reader {
    final CompletableFuture<Object> outcome = new CompletableFuture<>();
    final Thread thread;

    Reader(InputStream in) throws InterruptedException {
      thread =
          new Thread(
              () -> {
                try {
                  outcome.complete(in.read());
                } catch (IOException | RuntimeException e) {
                  outcome.complete(e);
                }
              },
              "contract-reader");
      thread.setDaemon(true);
      thread.start();
      Await.soon()
          .until(
              "the reader is in its read",
              () ->
                  java.util.Arrays.stream(thread.getStackTrace())
                      .anyMatch(frame -> frame.getMethodName().equals("read")));
      TimeUnit.MILLISECONDS.sleep(50); // from the stream's read to where that waits
    }
  }
}
